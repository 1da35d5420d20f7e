// Who else is at the letter: asked every 15 seconds, less often when the service is slow, not at all when it is very
// slow or the page lies in the background. Leaving says so at once. Without script nobody is shown.

const EVERY = 15000, SLOW = 700, TOO_SLOW = 2000, LONGEST = 45000, STILL_WRITING = 60000;
const place = document.querySelector("[data-presence]");
const token = document.querySelector("input[name=csrf]")?.value;
const form = document.querySelector("form[data-saves]");
let every = EVERY, waiting, typedAt = 0, off = false;

const body = (more) => new URLSearchParams({ csrf: token, ...more });
const isWriting = () => Date.now() - typedAt < STILL_WRITING;

async function ask() {
  clearTimeout(waiting);
  if (off || document.hidden) return;
  const begun = performance.now();
  const answer = await fetch(place.dataset.presence, { method: "POST", body: body(isWriting() ? { writing: "yes" } : {}) }).catch(() => null);
  const took = performance.now() - begun;
  if (answer && [403, 404].includes(answer.status)) return stop();
  if (took > TOO_SLOW) return stop();
  every = took > SLOW || !answer?.ok ? Math.min(every * 2, LONGEST) : EVERY;
  if (answer?.ok) show(await answer.text());
  waiting = setTimeout(ask, every);
}

// A screen reader reads each change aloud: only real ones are made.
function show(html) {
  const part = new DOMParser().parseFromString(html, "text/html").body;
  if (part.textContent.trim() !== place.textContent.trim()) place.replaceChildren(...part.childNodes);
}

function stop() {
  off = true;
  place.replaceChildren();
}

if (place && token) {
  form?.addEventListener("input", () => {
    const news = !isWriting();
    typedAt = Date.now();
    if (news) ask();
  });
  document.addEventListener("visibilitychange", ask);
  addEventListener("pageshow", (event) => { if (event.persisted) ask(); });
  addEventListener("pagehide", () => { if (!off) navigator.sendBeacon(place.dataset.presence, body({ leaves: "yes" })); });
  ask();
}
