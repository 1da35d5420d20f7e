// Keys for queues and tickets: j k move, o opens, r routes, e replies, x selects, / searches. What has data-act="r" is
// pressed by r, data-act="a c" by a and then c; data-opens marks the first of two, which shows what follows.
// Asleep while typing, composing, or with Ctrl, Alt, Meta; switched off by <body data-keys="off">.

const rows = () => [...document.querySelectorAll("tr[data-key]")];
const here = () => document.querySelector("tr.here");
const typing = (place) => place.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
let begun = "";

function move(by) {
  const all = rows();
  if (!all.length) return;
  const to = all[Math.min(all.length - 1, Math.max(0, all.indexOf(here()) + by))];
  here()?.classList.remove("here");
  to.classList.add("here");
  to.querySelector("a")?.focus();
}

function visit(act) {
  const row = here();
  if (row) location.assign(`/staff/tickets/${row.dataset.key}/${act}`);
}

function search() {
  const box = document.querySelector("input[type=search]");
  if (box) box.focus(); else location.assign("/staff/search");
}

const acts = {
  j: () => move(1),
  k: () => move(-1),
  o: () => here()?.querySelector("a")?.click(),
  r: () => visit("route"),
  e: () => visit("reply"),
  x: () => here()?.querySelector("input[type=checkbox]")?.click(),
  "/": search,
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
  if (document.body.dataset.keys === "off") return;
  const place = (begun && pressed(begun + event.key)) || pressed(event.key);
  begun = "";
  if (place && event.repeat) return;
  const act = place ? () => press(place, event.key) : acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

function pressed(keys) {
  return /^(?:[a-z] )?[a-z0-9?]$/.test(keys) ? document.querySelector(`[data-act="${keys}"]`) : undefined;
}

function press(place, key) {
  if (!("opens" in place.dataset)) return place.click();
  place.parentElement.open = true;
  begun = `${key} `;
}
