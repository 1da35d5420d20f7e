// What was typed survives a closed tab: kept in this browser alone, words only, for a week, until the letter is sent.
// Nothing is kept of a report of misconduct, and nothing once somebody has said so. Works within form[data-draft];
// the page of the receipt, marked data-draft-sent, takes it away.

const KEY = "letter", OFF = "letter-off", WEEK = 7 * 24 * 3600 * 1000;
const NAMES = ["subject", "text", "name", "email", "phone"];
const form = document.querySelector("form[data-draft]");
const one = (what) => document.querySelector(`[data-draft-${what}]`);

// Storage may be forbidden or full; then there is no draft, and nothing else changes.
const stored = (work) => { try { return work(); } catch { return null; } };
const forget = () => stored(() => localStorage.removeItem(KEY));

const field = (name) => form.elements.namedItem(name);
const kind = () => field("kind")?.value || "";
const typed = () => Object.fromEntries(NAMES.map((name) => [name, field(name)?.value.trim() || ""]));
const isEmpty = (words) => !Object.values(words).some(Boolean);

function save() {
  if (kind() === "report" || stored(() => sessionStorage.getItem(OFF))) return forget();
  const words = typed();
  if (isEmpty(words)) return forget();
  stored(() => localStorage.setItem(KEY, JSON.stringify({ at: Date.now(), words })));
}

function restore() {
  const kept = stored(() => JSON.parse(localStorage.getItem(KEY)));
  if (!kept) return;
  if (!(Date.now() - kept.at < WEEK)) return forget();
  if (kind() === "report" || !isEmpty(typed())) return;
  for (const name of NAMES) put(name, String(kept.words?.[name] || ""));
  if (one("found")) one("found").hidden = false;
}

function put(name, value) {
  let box = field(name);
  if (!box) {
    if (!value) return;
    box = document.createElement("input"); // a question of another step
    box.type = "hidden";
    box.name = name;
    form.append(box);
  }
  box.value = value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

if (document.querySelector("[data-draft-sent]")) forget();

if (form) {
  restore();
  let waiting;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(save, 500); };
  const now = () => { clearTimeout(waiting); save(); };
  form.addEventListener("input", soon);
  form.addEventListener("change", now);
  addEventListener("pagehide", now);
  const isOff = stored(() => sessionStorage.getItem(OFF));
  const show = (off) => {
    if (one("note")) one("note").hidden = off;
    if (one("off")) one("off").hidden = !off;
  };
  show(Boolean(isOff));
  document.addEventListener("click", (event) => {
    const wanted = event.target.dataset?.draftClear;
    if (!wanted) return;
    forget();
    if (wanted === "kept") {
      stored(() => sessionStorage.setItem(OFF, "yes"));
      show(true);
    } else {
      for (const name of NAMES) put(name, "");
      one("found").hidden = true;
      (field("kind")?.[0] || field("subject"))?.focus();
    }
  });
}
