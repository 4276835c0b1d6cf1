"use strict";
// Tables of many rows can be sorted by a column and searched. Without this script they read the same.
{
  const order = new Intl.Collator("zh", { numeric: true });
  const plain = (text) => text.normalize("NFKC").replaceAll("−", "-").trim().toLowerCase();
  const isMissing = (text) => text === "" || text === "—";

  // "第 3", "至少2年", "+13.28%", "1 / 12": what counts is the first number; words have none.
  const toNumber = (text) => {
    const found = /^(?:第|至少|约)?\s*([+-]?\d[\d,]*(?:\.\d+)?)/.exec(text);
    return found ? Number(found[1].replaceAll(",", "")) : null;
  };

  const compare = (one, other) => {
    const [a, b] = [toNumber(one), toNumber(other)];
    if ((a === null) !== (b === null)) return a === null ? 1 : -1;
    return (a ?? 0) - (b ?? 0) || order.compare(one, other);
  };

  // What is missing comes last whichever way; equal rows keep the order they were printed in.
  const sorted = (rows, column, direction) => {
    const keys = new Map(rows.map((row) => [row, plain(row.cells[column].textContent)]));
    return [...rows].sort((one, other) => {
      const [a, b] = [keys.get(one), keys.get(other)];
      return isMissing(a) - isMissing(b) || direction * compare(a, b);
    });
  };

  const NEXT = { none: "ascending", ascending: "descending", descending: "none" };

  const letSort = (table) => {
    const body = table.tBodies[0];
    const printed = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const way = NEXT[head.getAttribute("aria-sort") ?? "none"];
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        if (way !== "none") head.setAttribute("aria-sort", way);
        body.append(...(way === "none" ? printed : sorted(printed, column, way === "ascending" ? 1 : -1)));
      });
    });
  };

  const letSearch = (table, region) => {
    const rows = [...table.tBodies[0].rows];
    const texts = new Map(rows.map((row) => [row, plain([...row.cells].map((cell) => cell.textContent).join(" "))]));
    const tools = document.createElement("p");
    const label = document.createElement("label");
    const input = document.createElement("input");
    const count = document.createElement("output");
    tools.className = "tools";
    input.type = "search";
    const caption = document.getElementById(table.getAttribute("aria-labelledby"));
    input.setAttribute("aria-label", `筛选：${caption.textContent}`);
    label.append("筛选", input);
    tools.append(label, count);
    region.before(tools);

    const tell = () => {
      const shown = rows.filter((row) => getComputedStyle(row).display !== "none").length;
      count.textContent = shown === rows.length ? `${shown}行` : `${shown}/${rows.length}行`;
    };
    input.addEventListener("input", () => {
      const words = plain(input.value).split(/\s+/);
      rows.forEach((row) => (row.hidden = !words.every((word) => texts.get(row).includes(word))));
      tell();
    });
    table.closest(".filtered")?.addEventListener("change", tell);
    tell();
  };

  // A region that shows all it holds need not be stopped at, and then the head of its table can stay in sight.
  const fit = (region) => {
    const fits = region.scrollWidth <= region.clientWidth;
    region.classList.toggle("fits", fits);
    region.classList.toggle("scrolls", !fits);
    if (fits && !region.querySelector("[data-unit][tabindex]")) region.removeAttribute("tabindex"); // shapes are reached by its keys
    else region.tabIndex = 0;
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    letSort(table);
    letSearch(table, table.parentElement);
  }
  const regions = ".table-scroll, .drawing";
  const watch = new ResizeObserver((seen) => new Set(seen.map((each) => each.target.closest(regions))).forEach(fit));
  for (const region of document.querySelectorAll(regions)) {
    watch.observe(region);
    for (const content of region.children) watch.observe(content); // the page's own font may widen it later
  }
}
