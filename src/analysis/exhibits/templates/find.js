"use strict";
// 查本单位: a unit that is looked for glows in every chart, table and sentence, and links to other pages take it along.
{
  const box = document.querySelector(".find");
  const [input, told, page] = ["input", "output", "a"].map((part) => box?.querySelector(part));
  const plain = (text) => text.normalize("NFKC").trim().toLowerCase();
  const units = [...(box?.querySelectorAll("option") ?? [])].map((option) => ({
    id: option.dataset.unit,
    name: option.value,
    names: [option.value, ...(option.dataset.also ?? "").split("、")].filter(Boolean),
    page: option.dataset.page,
  }));
  let places = [];
  let seen = -1;

  // Whether a name has all characters in this order, as 市发展和改革委员会 has those of 发改委.
  const shortens = (asked, name) => {
    let at = -1;
    return [...asked].every((character) => (at = name.indexOf(character, at + 1)) >= 0);
  };

  const match = (text) => {
    const asked = plain(text);
    const ways = [(name) => name === asked, (name) => name.includes(asked), (name) => shortens(asked, name)];
    const found = ways.map((fits) => units.filter((unit) => unit.names.some((name) => fits(plain(name)))));
    return (asked && found.find((some) => some.length)) || [];
  };

  // Where sentences and cells name a unit: ranges of text, which browsers can paint without touching the page.
  const findNamed = (names) => {
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const ranges = [];
    while (names.length && walker.nextNode()) {
      const { currentNode: node } = walker;
      if (node.parentElement.closest("svg, .code, style")) continue;
      for (const name of names) {
        for (let at = node.data.indexOf(name); at >= 0; at = node.data.indexOf(name, at + name.length)) {
          const range = new Range();
          range.setStart(node, at);
          range.setEnd(node, at + name.length);
          ranges.push(range);
        }
      }
    }
    return ranges;
  };

  const carry = (ids) => {
    for (const link of document.querySelectorAll('a[href*=".html"]')) {
      const [file] = link.getAttribute("href").split("#");
      link.setAttribute("href", ids.length ? `${file}#unit=${ids.map(encodeURIComponent).join(",")}` : file);
    }
  };

  const show = (found) => {
    const ids = new Set(found.map((unit) => unit.id));
    document.documentElement.classList.toggle("finding", ids.size > 0);
    const shapes = [];
    for (const element of document.querySelectorAll("main [data-unit]")) {
      const isFound = ids.has(element.dataset.unit);
      (element.closest("tr") ?? element).classList.toggle("found", isFound);
      if (isFound) shapes.push(element.closest("tr") ?? element);
    }
    const ranges = findNamed(found.flatMap((unit) => unit.names));
    globalThis.CSS?.highlights?.set("unit", new Highlight(...ranges));
    const lone = ranges.filter((range) => !range.startContainer.parentElement.closest(".found"));
    places = [...new Set([...shapes, ...lone.map((range) => range.startContainer.parentElement)])];
    places.sort((one, other) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    seen = -1;
    carry([...ids]);
    const asked = input.value.trim();
    const names = found.length > 3 ? `${found.length}个单位` : found.map((unit) => unit.name).join("、");
    const shown = found.length === 1 && shapes.map((shape) => shape.querySelector("title")).find(Boolean);
    const where = places.length ? `本页${places.length}处，按回车键逐处查看` : "本页未提及，可到其他页查看";
    told.textContent = !asked ? "" : !found.length ? "没有这个单位" : `${shown ? shown.textContent : names}。${where}`;
    const own = found.length === 1 ? found[0].page : "";
    page.hidden = !own;
    if (own) page.setAttribute("href", `${own}#unit=${encodeURIComponent(found[0].id)}`);
  };

  const goOn = (step) => {
    if (!places.length) return;
    seen = (seen + step + places.length) % places.length;
    const place = places[seen];
    for (let fold = place.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
    place.scrollIntoView({ block: "center" });
    told.textContent = told.textContent.replace(/（第\d+处）$/, "") + `（第${seen + 1}处）`;
  };

  if (box) {
    box.hidden = false;
    input.addEventListener("input", () => show(match(input.value)));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") goOn(event.shiftKey ? -1 : 1);
      if (event.key === "Escape") {
        input.value = "";
        show([]);
      }
    });
    const fromLink = () => {
      const asked = /[#&]unit=([^&]+)/.exec(location.hash);
      if (!asked) return;
      const ids = asked[1].split(",").map(decodeURIComponent);
      const found = units.filter((unit) => ids.includes(unit.id));
      input.value = found.map((unit) => unit.name).join("、");
      show(found);
    };
    addEventListener("hashchange", fromLink);
    fromLink();
  }
}
