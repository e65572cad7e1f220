/*
 * A desk to code at: one segment at a time, its frames as toggles, every change sent at once.
 */

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

function render({ model, el }) {
  const desk = new Desk({ model, el }, "Segment", HELP);
  const { id, frames, title } = desk;
  const history = [];

  // --- what is on the desk ------------------------------------------------------------------

  const frameButtons = frames.map(frameButton);
  const noting = { id: `${id}-note`, rows: "2", maxlength: "10000", "aria-label": "Note" };
  const note = element("textarea", noting);
  const undoing = desk.commandButton("Undo", "u", "u", undo);
  const defining = desk.commandButton("Definitions", "d", "d", () => toggleDefinitions());
  const finish = desk.commandButton("Done, next", "Enter", "Enter", done);
  finish.classList.add("fd-main");
  const choices = element("div", { role: "group", "aria-label": "Frames" });
  choices.append(...frameButtons.map(({ row }) => row));
  const label = element("label", { class: "fd-label", for: note.id }, "Note ", keyCap("n"));
  const side = element("div", {}, choices, label, note);

  function frameButton({ label, definition, key }, i) {
    const about = element("p", { class: "fd-definition", id: `${id}-frame-${i}` }, definition);
    const described = { "aria-describedby": about.id, title: definition };
    const made = desk.choiceButton(key, described, () => toggle(i));
    made.name.textContent = label;
    return { ...made, row: element("div", { class: "fd-frame" }, made.button, about) };
  }

  // --- what the coder does --------------------------------------------------------------------

  function markOf(place) {
    const untouched = { codes: "0".repeat(frames.length), done: false, note: "" };
    return model.get("marks")[place] ?? untouched;
  }

  function change(changes, more = {}) {
    const { place } = desk;
    history.push({ place, before: model.get("marks")[place] });
    const marks = { ...model.get("marks"), [place]: { ...markOf(place), ...changes } };
    desk.send({ marks, ...more });
  }

  function toggle(i) {
    const codes = [...markOf(desk.place).codes];
    codes[i] = codes[i] === "1" ? "0" : "1";
    change({ codes: codes.join("") });
    desk.say(`${frames[i].label} ${codes[i] === "1" ? "on" : "off"}`);
  }

  function nextUndone() {
    return desk.next((place) => markOf(place).done);
  }

  function done() {
    change({ done: true }, { place: nextUndone() });
    desk.say(nextUndone() === desk.place ? "All segments are done." : "Done.");
    desk.header.scrollIntoView({ block: "nearest" });
  }

  function undo() {
    const last = history.pop();
    if (!last) return desk.say("Nothing to undo.");
    const marks = { ...model.get("marks") };
    if (last.before) marks[last.place] = last.before;
    else delete marks[last.place];
    desk.send({ marks, place: last.place });
    desk.say("Undone.");
  }

  function toggleDefinitions(on = !desk.root.classList.contains("fd-defined")) {
    desk.root.classList.toggle("fd-defined", on);
    defining.setAttribute("aria-expanded", String(on));
  }

  Object.assign(desk.commands, {
    Enter: done,
    n: () => note.focus(),
    u: undo,
    d: () => toggleDefinitions(),
  });

  let isNoteBegun = false;
  note.addEventListener("focus", () => (isNoteBegun = false));
  note.addEventListener("input", () => {
    change({ note: note.value });
    if (isNoteBegun) history.pop(); // one step back undoes the whole note
    isNoteBegun = true;
  });

  // --- what is shown --------------------------------------------------------------------------

  function show() {
    const mark = markOf(desk.place);
    desk.showPlace(mark.done, "done");
    frameButtons.forEach((made, i) => desk.press(made, mark.codes[i] === "1"));
    if (note.value !== mark.note) note.value = mark.note;
  }

  function showPassage() {
    desk.showPassage(reading);
    show();
  }

  function reading(text) {
    const parts = [];
    if (text.title) parts.push(element("p", { class: "fd-heading", dir: "auto" }, text.title));
    const facts = Object.entries(text).filter(([name, fact]) => fact && !SHOWN_APART.includes(name));
    if (text.paragraph) facts.push(["paragraph", text.paragraph]);
    if (text.words) facts.push(["words to find it by", text.words]);
    parts.push(...facts.map(([name, fact]) => factLine(name, fact)));
    if (text.text) parts.push(element("p", { class: "fd-text", dir: "auto" }, text.text));
    if (text.url) parts.push(sourceLine(text.url));
    return parts;
  }

  const described = { class: "framing-desk", "aria-label": `Coding by hand: ${title}` };
  const buttons = [finish, desk.back, desk.forth, undoing, defining, desk.helping];
  const close = desk.open(described, side, buttons, showPassage, show);
  toggleDefinitions(false);
  return close;
}

export default { render };
