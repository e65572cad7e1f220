/*
 * Tasks to answer: one at a time, its options as buttons of which one is chosen, every answer sent
 * at once. It looks and saves like a desk to code at (framing/coding/widget.js, whose style it
 * shares), and hears the same messages.
 *
 * Python sets `about`, `texts` (by place, those near: the question, what there is to read, and the
 * options) and `saved`. The quiz sets `place`, `marks` (by place: codes with a 1 at the option
 * chosen) and `serial`, the number of the last change, which `saved` repeats once it is in the file.
 */

const PATIENCE = 4000; // milliseconds without an answer before the coder is told
const MOVES = ["ArrowLeft", "ArrowRight", "PageUp", "PageDown"];
const FACTS = ["title", "date", "paragraph", "words"];
const HELP = [
  ["1–9", "choose an option"],
  ["0 or Backspace", "choose none"],
  ["Enter", "show the next task that has no answer"],
  ["→ or Page Down", "next task"],
  ["← or Page Up", "previous task"],
  ["?", "show or hide this list"],
  ["Escape", "leave the tasks"],
];

let quizzes = 0;

/** Make an element; strings among the children become text, never markup. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function render({ model, el }) {
  const { title, coder, size, frames } = model.get("about");
  const texts = new Map();
  let timer = 0;

  // --- what is seen -------------------------------------------------------------------------

  const progress = element("p", { class: "fd-progress", "aria-live": "polite" });
  const bar = element("progress", { max: size, "aria-hidden": "true" });
  const alert = element("p", { class: "fd-alert", role: "alert" });
  const retry = element("button", { type: "button", class: "fd-retry" }, "Try again");
  const passage = element("div", { class: "fd-passage", tabindex: "0", role: "region" });
  const options = frames.map(optionButton);
  const choices = element("div", { role: "group", "aria-label": "Options" });
  choices.append(...options.map(({ row }) => row));
  const saved = element("span", { class: "fd-saved", role: "status" });
  const said = element("span", { class: "fd-unseen", "aria-live": "assertive" });
  const help = element("dl", { class: "fd-help", id: `framing-quiz-${quizzes++}-help` });
  for (const [key, what] of HELP) {
    help.append(element("div", {}, element("dt", {}, key), element("dd", {}, what)));
  }
  const forth = commandButton("Next without answer", "Enter", "Enter", advance);
  const back = commandButton("Back", "←", "ArrowLeft", () => move(-1));
  const next = commandButton("Next", "→", "ArrowRight", () => move(1));
  const helping = commandButton("Keys", "?", "?", () => toggleHelp());
  forth.classList.add("fd-main");
  helping.setAttribute("aria-controls", help.id);
  const name = element("p", { class: "fd-title" }, title, element("span", {}, ` · ${coder}`));
  const header = element("header", {}, name, progress, bar);
  const body = element("div", { class: "fd-body" }, passage, choices);
  const commandRow = element("div", { class: "fd-commands" }, forth, back, next, helping, saved);
  const describing = { class: "framing-desk framing-quiz", "aria-label": title };
  const root = element("section", describing, header, alert, retry, body, commandRow, help, said);

  function keyCap(key) {
    return element("kbd", { "aria-hidden": "true" }, key);
  }

  function optionButton(_, i) {
    const key = i < 9 ? String(i + 1) : "";
    const box = element("span", { class: "fd-box", "aria-hidden": "true" });
    const label = element("span", { class: "fd-name", dir: "auto" });
    const button = element("button", { type: "button", "aria-pressed": "false" }, box, label);
    if (key) {
      button.setAttribute("aria-keyshortcuts", key);
      button.append(keyCap(key));
    }
    button.addEventListener("click", (event) => {
      choose(i);
      returnFocus(event);
    });
    return { button, box, label, row: element("div", { class: "fd-frame" }, button) };
  }

  function commandButton(label, cap, key, run) {
    const attributes = { type: "button", "aria-keyshortcuts": key };
    const button = element("button", attributes, `${label} `, keyCap(cap));
    button.addEventListener("click", (event) => {
      run();
      returnFocus(event);
    });
    return button;
  }

  /** After a click of the mouse the keys must work on; whoever came by keyboard stays. */
  function returnFocus(event) {
    if (event.detail > 0) passage.focus({ preventScroll: true });
  }

  // --- what the coder does --------------------------------------------------------------------

  function chosen(place) {
    return (model.get("marks")[place]?.codes ?? "").indexOf("1");
  }

  function send(changes) {
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.set("serial", model.get("serial") + 1);
    model.save_changes();
    clearTimeout(timer);
    timer = setTimeout(() => showSaved(true), PATIENCE);
    showSaved();
  }

  /** Choose option i of the task shown, or none where i is -1. */
  function choose(i) {
    const place = model.get("place");
    if (!texts.has(place) || i === chosen(place)) return; // nobody answers what is not seen
    const marks = { ...model.get("marks") };
    const codes = frames.map((_, other) => (other === i ? "1" : "0")).join("");
    if (i < 0) delete marks[place];
    else marks[place] = { codes, done: true, note: "" };
    send({ marks });
    said.textContent = i < 0 ? "No answer." : `${options[i].label.textContent}: chosen.`;
  }

  function advance() {
    const place = model.get("place");
    let other = place;
    for (let step = 1; step < size && other === place; step++) {
      if (chosen((place + step) % size) < 0) other = (place + step) % size;
    }
    said.textContent =
      other !== place ? "" : chosen(place) < 0 ? "Only this is left." : "All tasks are answered.";
    go(other);
  }

  function move(step) {
    go(Math.min(Math.max(model.get("place") + step, 0), size - 1));
  }

  function go(place) {
    model.set("place", place);
    model.save_changes();
    header.scrollIntoView({ block: "nearest" });
  }

  function toggleHelp(on = help.hidden) {
    help.hidden = !on;
    helping.setAttribute("aria-expanded", String(on));
  }

  // --- keys -----------------------------------------------------------------------------------

  const commands = {
    Enter: advance,
    ArrowRight: () => move(1),
    ArrowLeft: () => move(-1),
    PageDown: () => move(1),
    PageUp: () => move(-1),
    Backspace: () => choose(-1),
    0: () => choose(-1),
    "?": () => toggleHelp(),
  };
  frames.slice(0, 9).forEach((_, i) => (commands[i + 1] = () => choose(i)));

  function commandFor(event) {
    if (event.shiftKey && event.key.length > 1) return undefined; // Shift+Enter runs a cell
    const digit = /^Digit(\d)$/.exec(event.code); // where digits need Shift, the key without it
    return commands[event.key] ?? (digit && !event.shiftKey ? commands[digit[1]] : undefined);
  }

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation(); // or the notebook would take it for one of its own commands
    if (event.key === "Escape") return leave();
    const pressing = event.key === "Enter" || event.key === " ";
    if (pressing && event.target.closest("button, a")) return;
    const command = commandFor(event);
    if (!command) return;
    event.preventDefault();
    if (event.repeat && !MOVES.includes(event.key)) return; // a key held down answers nothing
    const before = model.get("place");
    command();
    if (model.get("place") !== before) passage.focus({ preventScroll: true });
  });

  /** Go to what the quiz stands in: its cell. */
  function leave() {
    const outside = el.closest("[tabindex]");
    if (outside) outside.focus({ preventScroll: true });
    else document.activeElement.blur();
  }

  retry.addEventListener("click", () => send({}));

  // --- what is shown --------------------------------------------------------------------------

  function show() {
    const place = model.get("place");
    const count = Object.values(model.get("marks")).filter((one) => one.done).length;
    const rest = count === size ? `All ${size} are answered.` : `${count} answered.`;
    progress.textContent = `Task ${place + 1} of ${size}. ${rest}`;
    bar.value = count;
    passage.setAttribute("aria-label", `Task ${place + 1} of ${size}`);
    options.forEach(({ button, box }, i) => {
      button.setAttribute("aria-pressed", String(i === chosen(place)));
      box.textContent = i === chosen(place) ? "✓" : "";
    });
    back.disabled = place === 0;
    next.disabled = place === size - 1;
  }

  function showTask() {
    for (const [place, text] of Object.entries(model.get("texts"))) texts.set(Number(place), text);
    const text = texts.get(model.get("place"));
    passage.setAttribute("aria-busy", String(!text));
    passage.replaceChildren(...(text ? reading(text) : ["…"]));
    options.forEach(({ label, button }, i) => {
      label.textContent = text ? text[`option ${i + 1}`] : "…";
      button.disabled = !text;
    });
    show();
  }

  function reading(text) {
    const parts = [element("p", { class: "fd-heading" }, text.question)];
    for (const name of FACTS) {
      if (!text[name]) continue;
      const fact = `${name[0].toUpperCase()}${name.slice(1)}: ${text[name]}`;
      parts.push(element("p", { class: "fd-fact", dir: "auto" }, fact));
    }
    if (text.text) parts.push(element("p", { class: "fd-text", dir: "auto" }, text.text));
    if (/^https?:\/\//i.test(text.url ?? "")) {
      const to = { href: text.url, target: "_blank", rel: "noopener noreferrer" };
      const link = element("a", to, "Open the source");
      parts.push(element("p", { class: "fd-source" }, link, element("span", {}, ` ${text.url}`)));
    } else if (text.url) {
      parts.push(element("p", { class: "fd-source" }, text.url));
    }
    return parts;
  }

  function showSaved(isLate = false) {
    const { serial, ok, file, message } = model.get("saved");
    const isAnswered = serial >= model.get("serial");
    if (isAnswered) clearTimeout(timer);
    saved.textContent = !isAnswered ? "Saving…" : ok ? `Saved in ${file}` : "Not saved";
    const words = isLate
      ? "Not saved yet: the kernel does not answer. If it is busy, wait. If it was stopped, run " +
        "the cell again: the file holds everything up to the last “Saved”."
      : message;
    if (alert.textContent !== words) alert.textContent = words;
    alert.hidden = !words;
    retry.hidden = ok || !isAnswered;
  }

  const listeners = {
    "change:texts": showTask,
    "change:place": showTask,
    "change:marks": show,
    "change:saved": () => showSaved(),
  };
  for (const [name, listener] of Object.entries(listeners)) model.on(name, listener);
  toggleHelp(false);
  showTask();
  showSaved();
  el.append(root);
  return () => {
    clearTimeout(timer);
    for (const [name, listener] of Object.entries(listeners)) model.off(name, listener);
  };
}

export default { render };
