/*
 * A desk to code at: one segment at a time, its frames as toggles, every change sent at once.
 *
 * Python sets `about`, `texts` (by place, those near) and `saved`. The desk sets `place`, `marks`
 * (by place: codes, done, note) and `serial`, the number of the last change, which `saved` repeats
 * once it is in the file.
 */

const PATIENCE = 4000; // milliseconds without an answer before the coder is told
const MOVES = ["ArrowLeft", "ArrowRight", "PageUp", "PageDown"];
const SHOWN_APART = ["title", "paragraph", "words", "url", "text"];
const HELP = [
  ["1–9, 0, letters", "switch a frame on or off"],
  ["Enter", "done: save and show the next segment that is not done"],
  ["→ or Page Down", "next segment"],
  ["← or Page Up", "previous segment"],
  ["n", "write a note; Escape leaves it"],
  ["u", "undo the last change"],
  ["d", "show or hide the definitions"],
  ["?", "show or hide this list"],
  ["Escape", "leave the desk"],
];

let desks = 0;

/** Make an element; strings among the children become text, never markup. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function render({ model, el }) {
  const { title, coder, size, frames } = model.get("about");
  const id = `framing-desk-${desks++}`;
  const texts = new Map();
  const history = [];
  let timer = 0;

  // --- what is on the desk ------------------------------------------------------------------

  const progress = element("p", { class: "fd-progress", "aria-live": "polite" });
  const bar = element("progress", { max: size, "aria-hidden": "true" });
  const alert = element("p", { class: "fd-alert", role: "alert" });
  const retry = element("button", { type: "button", class: "fd-retry" }, "Try again");
  const passage = element("div", { class: "fd-passage", tabindex: "0", role: "region" });
  const frameButtons = frames.map(frameButton);
  const noting = { id: `${id}-note`, rows: "2", maxlength: "10000", "aria-label": "Note" };
  const note = element("textarea", noting);
  const saved = element("span", { class: "fd-saved", role: "status" });
  const said = element("span", { class: "fd-unseen", "aria-live": "assertive" });
  const help = element("dl", { class: "fd-help", id: `${id}-help` });
  for (const [key, what] of HELP) {
    help.append(element("div", {}, element("dt", {}, key), element("dd", {}, what)));
  }
  const back = commandButton("Back", "←", "ArrowLeft", () => move(-1));
  const forth = commandButton("Next", "→", "ArrowRight", () => move(1));
  const undoing = commandButton("Undo", "u", "u", undo);
  const defining = commandButton("Definitions", "d", "d", () => toggleDefinitions());
  const helping = commandButton("Keys", "?", "?", () => toggleHelp());
  const finish = commandButton("Done, next", "Enter", "Enter", done);
  finish.classList.add("fd-main");
  helping.setAttribute("aria-controls", help.id);
  const name = element("p", { class: "fd-title" }, title, element("span", {}, ` · ${coder}`));
  const header = element("header", {}, name, progress, bar);
  const choices = element("div", { role: "group", "aria-label": "Frames" });
  choices.append(...frameButtons.map(({ row }) => row));
  const label = element("label", { class: "fd-label", for: note.id }, "Note ", keyCap("n"));
  const side = element("div", {}, choices, label, note);
  const body = element("div", { class: "fd-body" }, passage, side);
  const buttons = [finish, back, forth, undoing, defining, helping];
  const commandRow = element("div", { class: "fd-commands" }, ...buttons, saved);
  const describing = { class: "framing-desk", "aria-label": `Coding by hand: ${title}` };
  const root = element("section", describing, header, alert, retry, body, commandRow, help, said);

  function keyCap(key) {
    return element("kbd", { "aria-hidden": "true" }, key);
  }

  function frameButton({ label, definition, key }, i) {
    const about = element("p", { class: "fd-definition", id: `${id}-frame-${i}` }, definition);
    const box = element("span", { class: "fd-box", "aria-hidden": "true" });
    const button = element(
      "button",
      { type: "button", "aria-pressed": "false", "aria-describedby": about.id, title: definition },
      box,
      element("span", { class: "fd-name" }, label),
    );
    if (key) {
      button.setAttribute("aria-keyshortcuts", key);
      button.append(keyCap(key));
    }
    button.addEventListener("click", (event) => {
      toggle(i);
      returnFocus(event);
    });
    return { button, box, key, about, row: element("div", { class: "fd-frame" }, button, about) };
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

  function markOf(place) {
    const untouched = { codes: "0".repeat(frames.length), done: false, note: "" };
    return model.get("marks")[place] ?? untouched;
  }

  function send(changes) {
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.set("serial", model.get("serial") + 1);
    model.save_changes();
    clearTimeout(timer);
    timer = setTimeout(() => showSaved(true), PATIENCE);
    showSaved();
  }

  function change(changes, more = {}) {
    const place = model.get("place");
    const before = model.get("marks")[place];
    history.push({ place, before });
    send({ marks: { ...model.get("marks"), [place]: { ...markOf(place), ...changes } }, ...more });
  }

  function toggle(i) {
    const codes = [...markOf(model.get("place")).codes];
    codes[i] = codes[i] === "1" ? "0" : "1";
    change({ codes: codes.join("") });
    say(`${frames[i].label} ${codes[i] === "1" ? "on" : "off"}`);
  }

  function done() {
    const place = model.get("place");
    change({ done: true }, { place: nextUndone(place) });
    say(nextUndone(place) === place ? "All segments are done." : "Done.");
    header.scrollIntoView({ block: "nearest" });
  }

  function nextUndone(place) {
    for (let step = 1; step < size; step++) {
      const other = (place + step) % size;
      if (!markOf(other).done) return other;
    }
    return place;
  }

  function move(step) {
    const place = Math.min(Math.max(model.get("place") + step, 0), size - 1);
    model.set("place", place);
    model.save_changes();
    header.scrollIntoView({ block: "nearest" });
  }

  function undo() {
    const last = history.pop();
    if (!last) return say("Nothing to undo.");
    const marks = { ...model.get("marks") };
    if (last.before) marks[last.place] = last.before;
    else delete marks[last.place];
    send({ marks, place: last.place });
    say("Undone.");
  }

  function toggleDefinitions(on = !root.classList.contains("fd-defined")) {
    root.classList.toggle("fd-defined", on);
    defining.setAttribute("aria-expanded", String(on));
  }

  function toggleHelp(on = help.hidden) {
    help.hidden = !on;
    helping.setAttribute("aria-expanded", String(on));
  }

  function say(words) {
    said.textContent = words;
  }

  // --- keys -----------------------------------------------------------------------------------

  const commands = {
    Enter: done,
    ArrowRight: () => move(1),
    ArrowLeft: () => move(-1),
    PageDown: () => move(1),
    PageUp: () => move(-1),
    n: () => note.focus(),
    u: undo,
    d: () => toggleDefinitions(),
    "?": () => toggleHelp(),
  };
  frames.forEach(({ key }, i) => {
    if (key) commands[key] = () => toggle(i);
  });

  function commandFor(event) {
    if (event.shiftKey && event.key.length > 1) return undefined; // Shift+Enter runs a cell
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const digit = /^Digit(\d)$/.exec(event.code); // where digits need Shift, the key without it
    return commands[name] ?? (digit && !event.shiftKey ? commands[digit[1]] : undefined);
  }

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation(); // or the notebook would take it for one of its own commands
    if (event.key === "Escape") leave();
    if (event.target === note || event.key === "Escape") return;
    const pressing = event.key === "Enter" || event.key === " ";
    if (pressing && event.target.closest("button, a")) return;
    const command = commandFor(event);
    if (!command) return;
    event.preventDefault();
    if (event.repeat && !MOVES.includes(event.key)) return; // a key held down codes nothing
    const before = model.get("place");
    command();
    if (model.get("place") !== before) passage.focus({ preventScroll: true });
  });

  /** Go from the note to the text, and from anywhere else to what the desk stands in: its cell. */
  function leave() {
    const outside = el.closest("[tabindex]");
    if (document.activeElement === note) passage.focus({ preventScroll: true });
    else if (outside) outside.focus({ preventScroll: true });
    else document.activeElement.blur();
  }

  let isNoteBegun = false;
  note.addEventListener("focus", () => (isNoteBegun = false));
  note.addEventListener("input", () => {
    change({ note: note.value });
    if (isNoteBegun) history.pop(); // one step back undoes the whole note
    isNoteBegun = true;
  });
  retry.addEventListener("click", () => send({}));

  // --- what is shown --------------------------------------------------------------------------

  function show() {
    const place = model.get("place");
    const mark = markOf(place);
    const count = Object.values(model.get("marks")).filter((one) => one.done).length;
    progress.textContent =
      count === size
        ? `Segment ${place + 1} of ${size}. All ${size} are done.`
        : `Segment ${place + 1} of ${size}${mark.done ? " (done)" : ""}. ${count} done.`;
    bar.value = count;
    passage.setAttribute("aria-label", `Segment ${place + 1} of ${size}`);
    frameButtons.forEach(({ button, box }, i) => {
      const on = mark.codes[i] === "1";
      button.setAttribute("aria-pressed", String(on));
      box.textContent = on ? "✓" : "";
    });
    if (note.value !== mark.note) note.value = mark.note;
    back.disabled = place === 0;
    forth.disabled = place === size - 1;
  }

  function showPassage() {
    for (const [place, text] of Object.entries(model.get("texts"))) texts.set(Number(place), text);
    const text = texts.get(model.get("place"));
    passage.setAttribute("aria-busy", String(!text));
    passage.replaceChildren(...(text ? reading(text) : ["…"]));
    show();
  }

  function reading(text) {
    const parts = [];
    if (text.title) parts.push(element("p", { class: "fd-heading", dir: "auto" }, text.title));
    const facts = Object.entries(text).filter(([name, fact]) => fact && !SHOWN_APART.includes(name));
    if (text.paragraph) facts.push(["paragraph", text.paragraph]);
    if (text.words) facts.push(["words to find it by", text.words]);
    for (const [name, fact] of facts) {
      const words = `${name[0].toUpperCase()}${name.slice(1)}: ${fact}`;
      parts.push(element("p", { class: "fd-fact" }, words));
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
    "change:texts": showPassage,
    "change:place": showPassage,
    "change:marks": show,
    "change:saved": () => showSaved(),
  };
  for (const [name, listener] of Object.entries(listeners)) model.on(name, listener);
  toggleDefinitions(false);
  toggleHelp(false);
  showPassage();
  showSaved();
  el.append(root);
  return () => {
    clearTimeout(timer);
    for (const [name, listener] of Object.entries(listeners)) model.off(name, listener);
  };
}

export default { render };
