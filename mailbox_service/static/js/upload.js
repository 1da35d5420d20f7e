// Files go ahead of their form, and the page says how far they are. Without script "Upload now" sends the whole form,
// with the same result: the page's own list of files is what comes back. Words come from the page, in its language.

const MB = 1024 * 1024;

for (const field of document.querySelectorAll(".upload")) watch(field);

function watch(field) {
  const input = field.querySelector("input[type=file]");
  const form = input?.form;
  if (!form || input.dataset.watched) return;
  input.dataset.watched = "yes";
  input.addEventListener("change", () => tell(field, tooLarge(field, input)));
  form.addEventListener("submit", (event) => {
    const now = document.querySelector(".upload input[type=file]");
    if (!now?.files.length || event.submitter?.name === "switch") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.sending) return;
    const button = event.submitter, isUpload = button?.value === "upload";
    send(form, now.closest(".upload"), () => { if (!isUpload && (!button || button.isConnected)) form.requestSubmit(button); });
  }, { capture: true });
}

// The form as it is, files and all, as if "Upload now" had been pressed.
function send(form, field, then) {
  const body = new FormData(form);
  body.set("act", "upload");
  const words = field.querySelector("[role=status]").dataset;
  const request = new XMLHttpRequest();
  const failed = () => { delete form.dataset.sending; tell(field, words.failed); };
  form.dataset.sending = "yes";
  tell(field, words.sending.replace("#", "0"));
  request.upload.addEventListener("progress", (event) => {
    const share = event.lengthComputable ? Math.floor((event.loaded / event.total) * 100) : 0;
    if (share < 100) sayRarely(field, words.sending.replace("#", share));
  });
  request.upload.addEventListener("load", () => tell(field, words.checking));
  request.addEventListener("error", failed);
  request.addEventListener("load", () => {
    delete form.dataset.sending;
    if (request.status === 403) return form.submit(); // too old: the whole page says so, with what was typed
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const fresh = page.querySelector(".upload");
    if (!fresh) return show(field, page, words.failed);
    replace(field, fresh);
    if (request.status === 200) then();
  });
  request.open("POST", form.getAttribute("action").split("#")[0]);
  request.send(body);
}

// The field as the answer shows it: its list of files, and what was wrong with some. What is typed elsewhere stays.
function replace(field, fresh) {
  const error = fresh.querySelector(".error");
  const heard = error?.textContent ?? fresh.querySelector(".count-words")?.textContent ?? "";
  field.replaceWith(document.adoptNode(fresh));
  fresh.querySelectorAll("script").forEach((script) => script.remove());
  const input = fresh.querySelector("input[type=file]");
  input.dataset.watched = "yes";
  input.addEventListener("change", () => tell(fresh, tooLarge(fresh, input)));
  input.focus();
  setTimeout(() => tell(fresh, heard), 100);
}

// A refusal that is a page of its own (too large, too old): its words, beside the field.
function show(field, page, otherwise) {
  tell(field, [...page.querySelectorAll("main h1, main h1 + p")].map((line) => line.textContent).join(" ") || otherwise);
}

function tooLarge(field, input) {
  const each = Number(field.dataset.each);
  const names = each ? [...input.files].filter((file) => file.size > each).map((file) => file.name) : [];
  const words = field.querySelector("[role=status]").dataset.large;
  return names.length ? `${words.replace("#", each / MB)} ${names.join(", ")}` : "";
}

let last = 0;

// A screen reader reads each change aloud: one every two seconds is enough.
function sayRarely(field, words) {
  if (Date.now() - last < 2000) return;
  last = Date.now();
  tell(field, words);
}

function tell(field, words) {
  field.querySelector("[role=status]").textContent = words;
}
