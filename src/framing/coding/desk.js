/*
 * What a desk to code at and a quiz share: something to read on the left, buttons to choose by on
 * the right, commands with their keys, and what has been saved. Each is a script of its own, put
 * behind this one.
 *
 * Python sets `about`, `texts` (by place, those near) and `saved`. The browser sets `place`, `marks`
 * (by place: codes, done, note) and `serial`, the number of the last change, which `saved` repeats
 * once it is in the file.
 */

const PATIENCE = 4000; // milliseconds without an answer before the coder is told
const MOVES = ["ArrowLeft", "ArrowRight", "PageUp", "PageDown"];

let desks = 0;

function keyCap(key) {
  return element("kbd", { "aria-hidden": "true" }, key);
}

function factLine(name, fact) {
  return element("p", { class: "fd-fact" }, `${name[0].toUpperCase()}${name.slice(1)}: ${fact}`);
}

/** Write an address, as a link where it leads into the web. */
function sourceLine(url) {
  if (!/^https?:\/\//i.test(url)) return element("p", { class: "fd-source" }, url);
  const to = { href: url, target: "_blank", rel: "noopener noreferrer" };
  const link = element("a", to, "Open the source");
  return element("p", { class: "fd-source" }, link, element("span", {}, ` ${url}`));
}

class Desk {
  /** `noun` is what is shown one at a time; `help` lists the keys. */
  constructor({ model, el }, noun, help) {
    const { title, coder, size, frames } = model.get("about");
    Object.assign(this, { model, el, noun, title, size, frames });
    this.id = `framing-desk-${desks++}`;
    this.texts = new Map();
    this.timer = 0;
    this.progress = element("p", { class: "fd-progress", "aria-live": "polite" });
    this.bar = element("progress", { max: size, "aria-hidden": "true" });
    this.alert = element("p", { class: "fd-alert", role: "alert" });
    this.retry = element("button", { type: "button", class: "fd-retry" }, "Try again");
    this.retry.addEventListener("click", () => this.send({}));
    this.passage = element("div", { class: "fd-passage", tabindex: "0", role: "region" });
    this.saved = element("span", { class: "fd-saved", role: "status" });
    this.said = element("span", { class: "fd-unseen", "aria-live": "assertive" });
    this.help = element("dl", { class: "fd-help", id: `${this.id}-help` });
    for (const [key, what] of help) {
      this.help.append(element("div", {}, element("dt", {}, key), element("dd", {}, what)));
    }
    this.back = this.commandButton("Back", "←", "ArrowLeft", () => this.move(-1));
    this.forth = this.commandButton("Next", "→", "ArrowRight", () => this.move(1));
    this.helping = this.commandButton("Keys", "?", "?", () => this.toggleHelp());
    this.helping.setAttribute("aria-controls", this.help.id);
    const name = element("p", { class: "fd-title" }, title, element("span", {}, ` · ${coder}`));
    this.header = element("header", {}, name, this.progress, this.bar);
    this.commands = {
      ArrowRight: () => this.move(1),
      ArrowLeft: () => this.move(-1),
      PageDown: () => this.move(1),
      PageUp: () => this.move(-1),
      "?": () => this.toggleHelp(),
    };
  }

  get place() {
    return this.model.get("place");
  }

  // --- buttons --------------------------------------------------------------------------------

  commandButton(label, cap, key, run) {
    const attributes = { type: "button", "aria-keyshortcuts": key };
    const button = element("button", attributes, `${label} `, keyCap(cap));
    return this.whenClicked(button, run);
  }

  /** A button of which a key, too, says whether it is on. */
  choiceButton(key, attributes, run) {
    const box = element("span", { class: "fd-box", "aria-hidden": "true" });
    const name = element("span", { class: "fd-name", dir: "auto" });
    const given = { type: "button", "aria-pressed": "false", ...attributes };
    const button = this.whenClicked(element("button", given, box, name), run);
    if (key) {
      button.setAttribute("aria-keyshortcuts", key);
      button.append(keyCap(key));
      this.commands[key] = run;
    }
    return { button, box, name };
  }

  press({ button, box }, isOn) {
    button.setAttribute("aria-pressed", String(isOn));
    box.textContent = isOn ? "✓" : "";
  }

  /** After a click of the mouse the keys must work on; whoever came by keyboard stays. */
  whenClicked(button, run) {
    button.addEventListener("click", (event) => {
      run();
      if (event.detail > 0) this.passage.focus({ preventScroll: true });
    });
    return button;
  }

  // --- what is done ---------------------------------------------------------------------------

  send(changes) {
    for (const [name, value] of Object.entries(changes)) this.model.set(name, value);
    this.model.set("serial", this.model.get("serial") + 1);
    this.model.save_changes();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.showSaved(true), PATIENCE);
    this.showSaved();
  }

  move(step) {
    this.go(Math.min(Math.max(this.place + step, 0), this.size - 1));
  }

  go(place) {
    this.model.set("place", place);
    this.model.save_changes();
    this.header.scrollIntoView({ block: "nearest" });
  }

  /** The next place, from here on and round, that is not done; this one if there is none. */
  next(isDone) {
    for (let step = 1; step < this.size; step++) {
      const other = (this.place + step) % this.size;
      if (!isDone(other)) return other;
    }
    return this.place;
  }

  toggleHelp(on = this.help.hidden) {
    this.help.hidden = !on;
    this.helping.setAttribute("aria-expanded", String(on));
  }

  say(words) {
    this.said.textContent = words;
  }

  // --- keys -----------------------------------------------------------------------------------

  commandFor(event) {
    if (event.shiftKey && event.key.length > 1) return undefined; // Shift+Enter runs a cell
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const digit = /^Digit(\d)$/.exec(event.code); // where digits need Shift, the key without it
    return this.commands[name] ?? (digit && !event.shiftKey ? this.commands[digit[1]] : undefined);
  }

  hear(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation(); // or the notebook would take it for one of its own commands
    if (event.key === "Escape") return this.leave();
    if (event.target.matches("textarea")) return;
    const pressing = event.key === "Enter" || event.key === " ";
    if (pressing && event.target.closest("button, a")) return;
    const command = this.commandFor(event);
    if (!command) return;
    event.preventDefault();
    if (event.repeat && !MOVES.includes(event.key)) return; // a key held down changes nothing
    const before = this.place;
    command();
    if (this.place !== before) this.passage.focus({ preventScroll: true });
  }

  /** Go from a note to the text, and from anywhere else to what the desk stands in: its cell. */
  leave() {
    const outside = this.el.closest("[tabindex]");
    if (document.activeElement.matches("textarea")) this.passage.focus({ preventScroll: true });
    else if (outside) outside.focus({ preventScroll: true });
    else document.activeElement.blur();
  }

  // --- what is shown --------------------------------------------------------------------------

  showPlace(isDone, rest) {
    const where = `${this.noun} ${this.place + 1} of ${this.size}`;
    const count = Object.values(this.model.get("marks")).filter((mark) => mark.done).length;
    const state = count === this.size ? `All ${count} are ${rest}.` : `${count} ${rest}.`;
    const here = isDone && count < this.size ? " (done)" : "";
    this.progress.textContent = `${where}${here}. ${state}`;
    this.bar.value = count;
    this.passage.setAttribute("aria-label", where);
    this.back.disabled = this.place === 0;
    this.forth.disabled = this.place === this.size - 1;
  }

  /** Show the text at this place, by a function from a text to elements; return it, if it is here. */
  showPassage(reading) {
    for (const [place, text] of Object.entries(this.model.get("texts"))) {
      this.texts.set(Number(place), text);
    }
    const text = this.texts.get(this.place);
    this.passage.setAttribute("aria-busy", String(!text));
    this.passage.replaceChildren(...(text ? reading(text) : ["…"]));
    return text;
  }

  showSaved(isLate = false) {
    const { serial, ok, file, message } = this.model.get("saved");
    const isAnswered = serial >= this.model.get("serial");
    if (isAnswered) clearTimeout(this.timer);
    this.saved.textContent = !isAnswered ? "Saving…" : ok ? `Saved in ${file}` : "Not saved";
    const words = isLate
      ? "Not saved yet: the kernel does not answer. If it is busy, wait. If it was stopped, run " +
        "the cell again: the file holds everything up to the last “Saved”."
      : message;
    if (this.alert.textContent !== words) this.alert.textContent = words;
    this.alert.hidden = !words;
    this.retry.hidden = ok || !isAnswered;
  }

  /** Put everything in its place and listen; return what ends that. */
  open(attributes, choices, buttons, showPassage, show) {
    const body = element("div", { class: "fd-body" }, this.passage, choices);
    const row = element("div", { class: "fd-commands" }, ...buttons, this.saved);
    this.root = element("section", attributes, this.header, this.alert, this.retry, body, row);
    this.root.append(this.help, this.said);
    this.root.addEventListener("keydown", (event) => this.hear(event));
    const listeners = {
      "change:texts": showPassage,
      "change:place": showPassage,
      "change:marks": show,
      "change:saved": () => this.showSaved(),
    };
    for (const [name, listener] of Object.entries(listeners)) this.model.on(name, listener);
    this.toggleHelp(false);
    showPassage();
    this.showSaved();
    this.el.append(this.root);
    return () => {
      clearTimeout(this.timer);
      for (const [name, listener] of Object.entries(listeners)) this.model.off(name, listener);
    };
  }
}
