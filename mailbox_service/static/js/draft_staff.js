// What staff type is saved as they type: after a pause, on leaving a field, and when the page goes away. One save at
// a time; a form that is sent waits for the one under way. Without script the button "Save" does the same.

const PAUSE = 2000, APART = 4000, AGAIN = 10000, MOST_KEPT_ALIVE = 60000;
const form = document.querySelector("form[data-saves]");
const line = form?.querySelector("[data-saved]");

if (form && line) {
  const field = (name) => form.elements.namedItem(name);
  const words = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  const texts = () => [...form.querySelectorAll("textarea")].map((box) => box.value).join("\u0000");
  let saved = texts(), lost = null, underway = null, waiting, last = 0, leaving = false, stopped = false;

  const tell = (said, link) => {
    if (line.textContent === said + (link ? ` ${link.textContent}` : "")) return;
    line.replaceChildren(said, ...(link ? [" ", link] : []));
  };
  const way = (href, text, blank) => {
    const link = document.createElement("a");
    Object.assign(link, { href, textContent: text }, blank ? { target: "_blank", rel: "noopener" } : {});
    return link;
  };

  const post = async (now, leaves) => {
    const body = words(), keepalive = leaves && body.toString().length < MOST_KEPT_ALIVE;
    const answer = await fetch(form.dataset.saves, { method: "POST", body, keepalive }).catch(() => null);
    const told = answer && (answer.ok || answer.status === 409) ? await answer.json().catch(() => null) : null;
    if (answer?.ok && told) {
      field("draft_version").value = told.version;
      saved = now;
      lost = null;
      return tell(told.said);
    }
    if (answer?.status === 409) return newer(told, now);
    if (answer?.status === 403) return signedOut();
    if (answer && answer.status < 500) return void (stopped = true); // the button's own page says why
    lost = now; // it may have arrived all the same
    tell(line.dataset.failed);
    later(AGAIN);
  };

  // Either a colleague was first, or the answer to our own last save was lost on its way: then we know our words again.
  // After a colleague's save each save is kept aside by the service, for the page that shows both.
  const newer = (told, now) => {
    const theirs = [told?.text, told?.own_text];
    if (lost !== null && told?.version && lost.split("\u0000").every((text, n) => text === theirs[n])) {
      field("draft_version").value = told.version;
      lost = null;
      return later(0);
    }
    saved = now;
    tell(line.dataset.newer, told?.version ? way(form.getAttribute("action").split("#")[0], line.dataset.see) : null);
  };

  // Signed in again in another tab, this page takes its new token from there.
  const signedOut = async () => {
    const here = form.getAttribute("action").split("#")[0];
    const page = await fetch(here).catch(() => null);
    const out = page?.redirected;
    const found = page && !out ? new DOMParser().parseFromString(await page.text(), "text/html") : null;
    const token = found?.querySelector("form[data-saves] input[name=csrf]")?.value;
    if (found && !token) return void (stopped = true); // not theirs to write any more: the button's own page says why
    if (token) {
      for (const input of document.querySelectorAll("input[name=csrf]")) input.value = token;
      return later(0);
    }
    tell(line.dataset.signedOut, way(`/staff/sign-in?back=${encodeURIComponent(here)}`, line.dataset.signIn, true));
    later(AGAIN);
  };

  const save = async (leaves = false) => {
    clearTimeout(waiting);
    if (stopped || leaving || underway) return underway;
    const now = texts();
    if (now === saved) return undefined;
    last = Date.now();
    underway = post(now, leaves).finally(() => { underway = null; });
    await underway;
    if (texts() !== saved && !stopped) later();
    return undefined;
  };
  const later = (pause = Math.max(PAUSE, APART - (Date.now() - last))) => {
    clearTimeout(waiting);
    waiting = setTimeout(save, pause);
  };

  form.addEventListener("input", (event) => { if (!event.isComposing) later(); });
  form.addEventListener("compositionend", () => later());
  form.addEventListener("focusout", () => save());
  addEventListener("focus", () => save());
  addEventListener("pagehide", () => save(true));
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(true); });
  addEventListener("pageshow", () => { leaving = false; });
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (underway) {
      const button = event.submitter;
      event.preventDefault();
      event.stopImmediatePropagation();
      underway.then(() => form.requestSubmit(button));
      return;
    }
    leaving = true;
  }, { capture: true });
}
