// What every page gains from script: a live count of characters, and "Sending…" on a button that was pressed.
// Everything works without it. Words come from the page, in its language.

for (const line of document.querySelectorAll("[data-counts]")) {
  const box = document.getElementById(line.dataset.counts);
  const limit = Number(box.dataset.limit);
  const tell = () => {
    // Code points, as the server counts them, and line ends as it stores them.
    const left = limit - [...box.value].length;
    line.textContent = (left < 0 ? line.dataset.over : line.dataset.left).replace("#", Math.abs(left).toLocaleString("en"));
    line.classList.toggle("error", left < 0);
    line.hidden = left > limit / 2;
  };
  let waiting;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(tell, 400); };
  box.addEventListener("input", (event) => { if (!event.isComposing) soon(); });
  box.addEventListener("compositionend", soon);
  if (box.value) tell();
}

// The button stays enabled while the form leaves, so that its name and value go along; a second press does nothing.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) return event.preventDefault();
  const button = event.submitter;
  if (!button?.dataset.waiting) return;
  event.target.dataset.sent = "yes";
  button.setAttribute("aria-disabled", "true");
  button.dataset.words = button.textContent;
  button.textContent = button.dataset.waiting;
});

// Coming back by the browser's own button finds the page as it was, able to send again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[data-words]")) {
    button.textContent = button.dataset.words;
    button.removeAttribute("aria-disabled");
  }
});
