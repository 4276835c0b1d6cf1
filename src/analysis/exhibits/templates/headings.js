"use strict";
// Where the list of contents stands above the heading, it is folded: what the page finds comes first.
if (matchMedia("screen and (max-width: 1099px)").matches) document.querySelector(".contents details")?.removeAttribute("open");
// Headings: a line ends between words, which the browser knows by its dictionary; a lone character belongs to the word
// before it, as in 平均分, and the name of a unit is one word. Without this script a line ends after any character.
if (globalThis.Intl?.Segmenter) {
  const dictionary = new Intl.Segmenter("zh", { granularity: "word" });
  const units = [...document.querySelectorAll("#units option")];
  const names = units.flatMap((option) => [option.value, ...(option.dataset.also ?? "").split("、")]).filter(Boolean);

  const findBreaks = (text) => {
    const inNames = new Set();
    for (const name of names) {
      for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
        for (let inside = 1; inside < name.length; inside++) inNames.add(at + inside);
      }
    }
    const begins = ({ index, segment }) => {
      const before = text.slice(0, index);
      return /[\p{L}\p{N}%]$/u.test(before) && !/\d\p{L}$/u.test(before) && /^(\d|\p{L}{2})/u.test(segment);
    };
    const words = [...dictionary.segment(text)];
    return words.filter((word) => begins(word) && !inNames.has(word.index)).map((word) => word.index);
  };

  for (const heading of document.querySelectorAll("main :is(h1, h2, h3, figcaption b, thead th)")) {
    const walker = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      for (const at of findBreaks(text.data).reverse()) text.splitText(at).before(document.createElement("wbr"));
    }
    heading.classList.add("words");
  }
}
