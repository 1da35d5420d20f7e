// Keys for queues and tickets: j k move, o opens, x selects, / searches; an act with data-act="r" is pressed by r.
// Asleep while typing, composing, or with Ctrl, Alt, Meta; switched off by <body data-keys="off">.

const rows = () => [...document.querySelectorAll("tr[data-key]")];
const here = () => document.querySelector("tr.here");
const typing = (place) => place.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

function move(by) {
  const all = rows();
  if (!all.length) return;
  const to = all[Math.min(all.length - 1, Math.max(0, all.indexOf(here()) + by))];
  here()?.classList.remove("here");
  to.classList.add("here");
  to.querySelector("a")?.focus();
}

const acts = {
  j: () => move(1),
  k: () => move(-1),
  o: () => here()?.querySelector("a")?.click(),
  x: () => here()?.querySelector("input[type=checkbox]")?.click(),
  "/": () => document.querySelector("input[type=search]")?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
  if (document.body.dataset.keys === "off") return;
  const act = acts[event.key] ?? pressed(event.key);
  if (!act) return;
  event.preventDefault();
  act();
});

function pressed(key) {
  if (!/^[a-z0-9?]$/.test(key)) return undefined;
  const place = document.querySelector(`[data-act="${key}"]`);
  return place && (() => place.click());
}
