/*
 * Tasks to answer: one at a time, its options as buttons of which one is chosen, every answer sent
 * at once. A text holds the question, what there is to read, and the options; the codes of a mark
 * have a 1 at the option chosen.
 */

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

function render({ model, el }) {
  const desk = new Desk({ model, el }, "Task", HELP);
  const options = desk.frames.map((_, i) =>
    desk.choiceButton(i < 9 ? String(i + 1) : "", {}, () => choose(i)),
  );
  const rows = options.map(({ button }) => element("div", { class: "fd-frame" }, button));
  const choices = element("div", { role: "group", "aria-label": "Options" }, ...rows);
  const advancing = desk.commandButton("Next without answer", "Enter", "Enter", advance);
  advancing.classList.add("fd-main");
  Object.assign(desk.commands, {
    Enter: advance,
    Backspace: () => choose(-1),
    0: () => choose(-1),
  });

  // --- what the coder does --------------------------------------------------------------------

  function chosen(place) {
    return (model.get("marks")[place]?.codes ?? "").indexOf("1");
  }

  /** Choose option i of the task shown, or none where i is -1. */
  function choose(i) {
    const { place } = desk;
    if (!desk.texts.has(place) || i === chosen(place)) return; // nobody answers what is not seen
    const marks = { ...model.get("marks") };
    const codes = options.map((_, other) => (other === i ? "1" : "0")).join("");
    if (i < 0) delete marks[place];
    else marks[place] = { codes, done: true, note: "" };
    desk.send({ marks });
    desk.say(i < 0 ? "No answer." : `${options[i].name.textContent}: chosen.`);
  }

  function advance() {
    const other = desk.next((place) => chosen(place) >= 0);
    if (other !== desk.place) desk.say("");
    else desk.say(chosen(other) < 0 ? "Only this is left." : "All tasks are answered.");
    desk.go(other);
  }

  // --- what is shown --------------------------------------------------------------------------

  function show() {
    desk.showPlace(false, "answered");
    options.forEach((made, i) => desk.press(made, i === chosen(desk.place)));
  }

  function showTask() {
    const text = desk.showPassage(reading);
    options.forEach(({ name, button }, i) => {
      name.textContent = text ? text[`option ${i + 1}`] : "…";
      button.disabled = !text;
    });
    show();
  }

  function reading(text) {
    const parts = [element("p", { class: "fd-heading" }, text.question)];
    for (const name of FACTS) {
      if (text[name]) parts.push(factLine(name, text[name]));
    }
    if (text.text) parts.push(element("p", { class: "fd-text", dir: "auto" }, text.text));
    if (text.url) parts.push(sourceLine(text.url));
    return parts;
  }

  const described = { class: "framing-desk framing-quiz", "aria-label": desk.title };
  const buttons = [advancing, desk.back, desk.forth, desk.helping];
  return desk.open(described, choices, buttons, showTask, show);
}

export default { render };
