"use strict";
// Charts: what a shape shows is told when it is pointed at, tapped or reached by the arrow keys; charts can be saved.
{
  const NARROW = "http://www.w3.org/2000/svg";

  const rules = () => [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const fontRule = () => rules().find((rule) => rule instanceof CSSFontFaceRule)?.cssText ?? "";
  const daylight = () => rules().find((rule) => rule.selectorText === ":root" && rule.style.getPropertyValue("--paper")).style;

  const letRead = (figure, drawing) => {
    const shapes = [...drawing.querySelectorAll("[data-unit][tabindex]")];
    const told = figure.querySelector("output");
    const tell = (target) => {
      const shape = target.closest?.("[data-unit][tabindex]");
      if (shape) told.textContent = shape.querySelector("title").textContent;
    };
    for (const kind of ["pointerover", "click", "focusin"]) drawing.addEventListener(kind, (event) => tell(event.target));
    drawing.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") drawing.focus();
      if (!step || !shapes.length) return;
      event.preventDefault();
      const now = shapes.indexOf(document.activeElement);
      const next = now < 0 ? (step > 0 ? 0 : shapes.length - 1) : (now + step + shapes.length) % shapes.length;
      shapes[next].focus();
    });
  };

  const write = (svg, words, y, size, colour) => {
    const text = document.createElementNS(NARROW, "text");
    const wide = svg.viewBox.baseVal.width - 10;
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${size}px "Workbook Sans"`;
    const fitting = size / Math.max(pen.measureText(words).width / wide, 1);
    text.setAttribute("x", "5");
    text.setAttribute("y", String(y));
    text.setAttribute("style", `font-size:${fitting}px;fill:${colour}`);
    text.textContent = words;
    svg.append(text);
  };

  // A picture that travels alone takes its words, its font and the colours of paper along.
  const picture = (figure) => {
    const svg = figure.querySelector(".drawing svg").cloneNode(true);
    const { width, height } = svg.viewBox.baseVal;
    const [above, below] = [46, 22];
    svg.setAttribute("xmlns", NARROW);
    svg.setAttribute("viewBox", `0 ${-above} ${width} ${height + above + below}`);
    svg.setAttribute("width", String(width));
    svg.setAttribute("height", String(height + above + below));
    svg.querySelectorAll(".found").forEach((each) => each.classList.remove("found"));
    const paper = document.createElementNS(NARROW, "path");
    paper.setAttribute("d", `M0 ${-above}h${width}v${height + above + below}h${-width}z`);
    paper.setAttribute("style", "fill:var(--paper)");
    svg.prepend(paper);
    const says = (part) => figure.querySelector(part).textContent;
    write(svg, says("figcaption b"), 16 - above, 13.5, "var(--ink)");
    write(svg, says("figcaption span"), 34 - above, 9.5, "var(--muted)");
    write(svg, says(".source"), height + 14, 8, "var(--muted)");
    const style = document.createElementNS(NARROW, "style");
    style.textContent = `${fontRule()} text{font-family:"Workbook Sans",sans-serif}`;
    svg.prepend(style);
    const light = daylight();
    return new XMLSerializer().serializeToString(svg).replaceAll(/var\((--[\w-]+)\)/g, (_, name) => light.getPropertyValue(name).trim());
  };

  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  const paint = async (svg) => {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width * 3, image.height * 3];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  };

  // A chart that is wider than its frame opens where most of its marks are, and the names of its rows stay in sight.
  const letScroll = (drawing) => {
    const [room, hidden] = [drawing.clientWidth, drawing.scrollWidth - drawing.clientWidth];
    if (hidden <= 0) return;
    const svg = drawing.querySelector("svg");
    const scale = drawing.scrollWidth / svg.viewBox.baseVal.width;
    const panels = svg.querySelectorAll("clipPath rect");
    const edge = panels.length === 1 ? panels[0].x.baseVal.value : 0;
    const names = edge * scale < room / 2 ? [...svg.querySelectorAll("text:not([transform])")] : [];
    const held = names.map((name) => [name, name.getBBox()]).filter(([, box]) => box.x + box.width <= edge);
    held.forEach(([name]) => name.classList.add("held"));
    drawing.addEventListener("scroll", () => svg.style.setProperty("--scrolled", `${drawing.scrollLeft / scale}px`));

    const left = drawing.getBoundingClientRect().left;
    const marks = [...svg.querySelectorAll("[clip-path] use, use[tabindex]")].map((mark) => mark.getBoundingClientRect());
    const free = held.length ? edge * scale : 0;
    const seen = (from) => marks.filter((mark) => mark.left - left >= from + free && mark.right - left <= from + room).length;
    const places = [0, ...marks.map((mark) => Math.min(Math.max(mark.right - left + 8 - room, 0), hidden)).sort((a, b) => a - b)];
    const best = Math.max(...places.map(seen));
    if (seen(0) < best / 2) drawing.scrollLeft = places.find((place) => seen(place) === best);
  };

  const KINDS = { SVG: async (svg) => new Blob([svg], { type: "image/svg+xml" }), PNG: paint };

  for (const figure of document.querySelectorAll("figure.chart")) {
    const [drawing, tools] = [figure.querySelector(".drawing"), figure.querySelector(".tools")];
    if (!tools) continue;
    letRead(figure, drawing);
    letScroll(drawing);
    for (const [kind, make] of Object.entries(KINDS)) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `存${kind}`;
      button.setAttribute("aria-label", `把图“${figure.querySelector("figcaption b").textContent}”存为${kind}`);
      button.addEventListener("click", async () => save(await make(picture(figure)), `${figure.querySelector("figcaption b").textContent}.${kind.toLowerCase()}`));
      tools.querySelector("output").after(button);
    }
  }
}
