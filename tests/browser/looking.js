// What a page is looked at for, beyond what axe looks at. Each answers a list of sentences, empty when all is well.
(() => {
  const named = (node) => {
    const words = (node.getAttribute("aria-label") || node.textContent || node.name || "").trim().slice(0, 40);
    return `<${node.localName}${node.className && node.getAttribute("class") ? "." + node.getAttribute("class").trim().replace(/\s+/g, ".") : ""}> ${words}`;
  };
  const seen = (node) => node.checkVisibility({visibilityProperty: true, opacityProperty: true}) && !node.closest(".unseen, [aria-hidden=true], .skip");
  const inSentence = (node) => {
    if (!getComputedStyle(node).display.startsWith("inline")) return false;
    const block = node.closest("p, li, dd, td, legend, figcaption, h1, h2, h3, div");
    return block !== null && block.textContent.trim().length > node.textContent.trim().length;
  };

  const sideways = () => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll("body *")].filter((node) => seen(node) && node.getBoundingClientRect().right > width + 1);
    return [`scrolls sideways to ${document.documentElement.scrollWidth} of ${width}: ${wide.slice(-3).map(named).join("; ")}`];
  };

  const targets = () => [...document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden]), [tabindex='0']")]
    .map((node) => node.closest("label") || node)
    .filter((node) => seen(node) && !inSentence(node))
    .map((node) => [node, node.getBoundingClientRect()])
    .filter(([, box]) => box.width < 23.9 || box.height < 23.9)
    .map(([node, box]) => `small target, ${box.width.toFixed(1)} × ${box.height.toFixed(1)}: ${named(node)}`);

  const focused = () => {
    const node = document.activeElement;
    if (!node || node === document.body) return null;
    const ring = [node, node.closest(".card")].some((one) => {
      const style = one && getComputedStyle(one);
      return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
    const box = (node.closest(".card") || node).getClientRects()[0];
    const points = [[.5, .5], [.1, .5], [.9, .5], [.5, .2], [.5, .8]].map(([x, y]) => document.elementFromPoint(box.left + box.width * x, box.top + box.height * y));
    const free = points.some((hit) => hit && (hit === node || node.contains(hit) || hit.contains(node)));
    const faults = [];
    if (!ring) faults.push(`no ring on ${named(node)}`);
    if (!free) faults.push(`covered or out of sight: ${named(node)}`);
    return {node: named(node), last: node === window.lastFocused, faults, mark: (window.lastFocused = node, true)};
  };

  // Which languages a text may be marked with, from the letters it is written in; "" says that nobody knows.
  const possible = (text) => {
    if (/\p{Script=Hangul}/u.test(text)) return ["ko", ""];
    if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return ["ja", ""];
    if (/\p{Script=Han}{2}/u.test(text)) return ["zh-Hans", "ja", ""];
    if (/(\p{Script=Latin}{2,}[\s,]+){4}/u.test(text)) return ["en", ""];
    return null;
  };
  // Names are in the language they were given in: of people, and those the city gave (bdi, a choice of people).
  const languages = () => {
    const faults = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const may = possible(text.data);
      const lang = text.parentElement.closest("[lang]").lang;
      if (may && !may.includes(lang) && !text.parentElement.closest("script, style, code, bdi, [data-presence], option:not([lang])"))
        faults.push(`lang="${lang}" on “${text.data.trim().slice(0, 50)}” in ${named(text.parentElement)}`);
    }
    return faults;
  };

  const borders = () => [...document.querySelectorAll("button:not(.plain), .first, .second, .danger, input:not([type=hidden], [type=file]), select, textarea, .sheet, .slip, .card, .tag, .aside, .notice, .problems")]
    .filter(seen)
    .filter((node) => !["radio", "checkbox"].includes(node.type))
    .filter((node) => !node.closest(".switches, .problems > *"))
    .filter((node) => ["Top", "Right", "Bottom", "Left"].every((side) => {
      const style = getComputedStyle(node);
      return style[`border${side}Style`] === "none" || parseFloat(style[`border${side}Width`]) === 0;
    }))
    .map((node) => `no border in forced colours: ${named(node)}`);

  window.looking = {sideways, targets, focused, languages, borders};
})();
