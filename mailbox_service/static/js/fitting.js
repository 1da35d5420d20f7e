// Offers what fits the letter after a pause in typing, under the letter, without taking focus. The words go in the
// body of a request to the same house; a report of misconduct is never looked up.

const PAUSE = 1500, APART = 4000, LEAST = 12;
const place = document.querySelector("[data-fitting]");
const form = place?.closest("form");

if (form) {
  const value = (name) => form.elements.namedItem(name)?.value || "";
  let waiting, asked = "", last = 0;

  const ask = async () => {
    const text = value("text").trim().slice(0, 2000), subject = value("subject").trim();
    if (value("kind") === "report") { asked = ""; return place.replaceChildren(); }
    const words = `${value("kind")}\n${subject}\n${text}`;
    if (subject.length + text.length < LEAST || words === asked) return;
    if (Date.now() - last < APART) return soon();
    asked = words;
    last = Date.now();
    const body = new URLSearchParams({ csrf: value("csrf"), kind: value("kind"), subject, text });
    const answer = await fetch(place.dataset.fitting, { method: "POST", body }).catch(() => null);
    if (!answer?.ok || words !== asked) return;
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    if (part.innerHTML.trim() !== place.innerHTML.trim()) place.replaceChildren(...part.childNodes);
  };
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(ask, PAUSE); };

  form.addEventListener("input", (event) => { if (!event.isComposing) soon(); });
  form.addEventListener("compositionend", soon);
  form.addEventListener("change", () => { if (value("kind") === "report") ask(); else soon(); });
  if (value("text")) soon();
}
