/*
 * An explorer: controls, a figure, a table, and where what they name comes from.
 *
 * The explorer sets `choice` and `serial`. Python answers with `options`, `seen`, `origin` and, last,
 * `answer`, which repeats the serial; `working` tells the step that it is at. Every string is put in
 * place as text, and only addresses that Python passed as `link` become links.
 */

const PATIENCE = 6000; // milliseconds without a sign of the kernel before the reader is told
const PAUSE = 120; // milliseconds that a choice is waited with, for arrow keys pass over others
const MORE = 20;
const CONTROLS = [
  ["corpus", "Corpus"],
  ["codebook", "Codebook"],
  ["level", "Level"],
  ["show", "Show"],
  ["by", "Sides by"],
  ["unit", "What varies by chance"],
];
const DEPENDENT = {
  corpus: ["codebook", "by", "sides", "years", "unit", "name", "side", "n"],
  codebook: ["n"],
  level: ["name", "side", "n"],
  by: ["sides", "side", "n"],
};

let explorers = 0;

function render({ model, el }) {
  const id = `framing-explorer-${explorers++}`;
  const shown = new Map(); // what stands in an element, so that it is made again only if it differs
  let wanted = model.get("answer").choice;
  let waiting = 0; // of the pause before a choice is sent
  let patience = 0;
  let goal = ""; // where the focus goes when the answer is there: "origin", "more" or nowhere
  let drawn; // the `seen` that is on the page
  let sourced;

  // --- what is on the page --------------------------------------------------------------------

  const status = element("p", { class: "fx-status", "aria-hidden": "true" });
  const said = element("p", { class: "fd-unseen", role: "status" });
  const alert = element("p", { class: "fd-alert", role: "alert" });
  const notices = element("ul", { class: "fx-notices" });
  const selects = Object.fromEntries(CONTROLS.map(([name]) => [name, select(name)]));
  const sides = element("div", { class: "fx-sides" });
  const from = select("from");
  const to = select("to");
  const fields = CONTROLS.map(([name, label]) => field(label, selects[name]));
  const sideSet = element("fieldset", {}, element("legend", {}, "Sides"), sides);
  const yearSet = element(
    "fieldset",
    {},
    element("legend", {}, "Years"),
    element("div", { class: "fx-sides fx-years" }, labelled("from", from), labelled("to", to)),
  );
  const form = element("form", { class: "fx-controls", "aria-label": "What to see" });
  form.append(...fields, sideSet, yearSet);
  const figure = element("figure", { class: "fx-figure" });
  const sentences = element("ul", { class: "fx-sentences" });
  const grid = scrolling("Table", element("table", { class: "fx-table" }));
  const code = element("pre", { tabindex: "0", "aria-label": "The same in Python" });
  const summary = element("summary", {}, "The same in Python");
  const open = { class: "fx-code", "aria-label": "The same in Python" };
  const python = element("details", open, summary, code);
  const origin = element("section", { class: "fx-origin", "aria-label": "Where it comes from" });
  const seen = element("div", { class: "fx-seen" }, figure, grid, sentences, python);
  const body = element("div", { class: "fx-body" }, seen, origin);
  const title = element("p", { class: "fd-title" }, "Explorer");
  const header = element("header", {}, title, status);
  const describing = { class: "framing-desk framing-explorer", "aria-label": "Explorer" };
  const root = element("section", describing, header, form, said, alert, notices, body);

  function select(name) {
    return element("select", { id: `${id}-${name}`, name });
  }

  function field(label, control) {
    const caption = element("label", { for: control.id }, label);
    return element("div", { class: "fx-field" }, caption, control);
  }

  function labelled(label, control) {
    return element("label", { class: "fx-inline" }, label, control);
  }

  /** A box that what is wide scrolls in, by keyboard as well. */
  function scrolling(name, ...children) {
    const attributes = { class: "fx-scroll", role: "group", "aria-label": name, tabindex: "0" };
    return element("div", attributes, ...children);
  }

  // --- what the reader chooses ------------------------------------------------------------------

  /** Ask for something else; what depends on it is left to Python. */
  function ask(changes, pause = PAUSE) {
    wanted = { ...wanted, ...changes };
    for (const name of Object.keys(changes)) {
      for (const other of DEPENDENT[name] ?? []) {
        if (!(other in changes)) wanted[other] = null;
      }
    }
    clearTimeout(waiting);
    waiting = setTimeout(send, pause);
    busy("At work…");
  }

  function send() {
    waiting = 0;
    model.set("choice", wanted);
    model.set("serial", model.get("serial") + 1);
    model.save_changes();
    clearTimeout(patience);
    patience = setTimeout(lost, PATIENCE);
  }

  function lost() {
    complain(
      "The kernel does not answer. If it is busy, wait. If it was stopped or started again, run " +
        "the cell again.",
    );
  }

  function pick(name, side = "") {
    goal = "origin";
    const same = wanted.name === name && (wanted.side ?? "") === side && sourced?.name === name;
    if (same && !waiting) arrive();
    else ask({ name, side, n: 0 }, 0);
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    goal = "";
    if (target === from || target === to) {
      ask({ years: [Number(from.value), Number(to.value)], n: 0 });
    } else if (target.type === "checkbox") {
      const on = [...sides.querySelectorAll("input")].filter((one) => one.checked);
      ask({ sides: on.map((one) => one.value), n: 0 });
    } else {
      ask({ [target.name]: target.value });
    }
  });

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation(); // or the notebook would take it for one of its own commands
    if (event.key === "Escape") leave(event);
    const button = event.target.closest(".fx-table button");
    if (button) go(event, button);
  });

  /** Go from row to row of the table. */
  function go(event, button) {
    const all = [...grid.querySelectorAll("button")];
    const at = all.indexOf(button);
    const last = all.length - 1;
    const ways = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last };
    if (!(event.key in ways)) return;
    event.preventDefault();
    const next = all[Math.min(Math.max(ways[event.key], 0), last)];
    rove(all, next);
    next.focus();
  }

  function rove(all, current) {
    for (const one of all) one.tabIndex = one === current ? 0 : -1;
  }

  /** From the sources back to the table, and from anywhere else to the cell. */
  function leave(event) {
    if (origin.contains(event.target)) return back();
    const outside = el.closest("[tabindex]");
    if (outside) outside.focus({ preventScroll: true });
    else event.target.blur();
  }

  function back() {
    const all = [...grid.querySelectorAll("button")];
    (all.find((one) => one.tabIndex === 0) ?? all[0])?.focus();
  }

  // --- what is shown ----------------------------------------------------------------------------

  function busy(words) {
    root.setAttribute("aria-busy", "true");
    status.textContent = words;
    if (said.textContent !== "At work.") said.textContent = "At work.";
  }

  function complain(words) {
    if (alert.textContent !== words) alert.textContent = words;
    alert.hidden = !words;
  }

  /** Make the children of an element again, if what they are made from has changed. */
  function fill(where, from, make) {
    const state = JSON.stringify(from);
    if (shown.get(where) === state) return;
    shown.set(where, state);
    where.replaceChildren(...make());
  }

  function fillSelect(control, options, value) {
    fill(control, options, () =>
      options.map((one) => element("option", { value: one.value }, one.label)),
    );
    control.value = value;
    control.disabled = options.length < 2;
  }

  function showControls() {
    const options = model.get("options");
    for (const [name] of CONTROLS) fillSelect(selects[name], options[name] ?? [], wanted[name]);
    selects.codebook.closest("div").hidden = wanted.level !== "frame";
    fill(sides, options.sides, () => (options.sides ?? []).map(sideBox));
    for (const box of sides.querySelectorAll("input")) {
      box.checked = (wanted.sides ?? []).includes(box.value);
    }
    const years = (options.years ?? []).map((year) => ({ value: String(year), label: String(year) }));
    const span = wanted.years ?? [years[0]?.value, years.at(-1)?.value];
    fillSelect(from, years, span[0]);
    fillSelect(to, years, span[1]);
    yearSet.hidden = years.length === 0;
  }

  function sideBox({ value, label }) {
    const box = element("input", { type: "checkbox", value });
    return element("label", { class: "fx-inline" }, box, label);
  }

  function showSeen() {
    const now = model.get("seen");
    body.hidden = !now;
    if (!now || now === drawn) return;
    drawn = now;
    figure.replaceChildren(...picture(now));
    sentences.replaceChildren(...now.sentences.map((one) => element("li", {}, one)));
    grid.setAttribute("aria-label", `Table: ${now.title}`);
    grid.replaceChildren(tableOf(now));
    said.textContent = `New figure. ${now.title}. ${now.figure.alt}`;
  }

  function picture({ title, figure, caption, kind }) {
    const image = element("img", { src: figure.src, alt: figure.alt });
    const frame = element("div", { class: "fx-picture" }, image);
    frame.style.width = `${figure.width}px`;
    for (const place of figure.places) {
      const hint = { class: "fx-place", title: `Where ${place.name} comes from` };
      const spot = element("span", hint); // for the mouse; the table has the same as buttons
      for (const side of ["left", "top", "width", "height"]) spot.style[side] = `${place[side]}%`;
      spot.addEventListener("click", () => pick(place.name));
      frame.append(spot);
    }
    const words = element("figcaption", {}, element("b", {}, `${title}. `), caption);
    const hint = `Click a ${kind} here, or choose it in the table, to read where it comes from.`;
    const box = { class: "fx-frame", role: "group", "aria-label": "Figure", tabindex: "0" };
    return [element("div", box, frame), words, element("p", { class: "fx-hint" }, hint)];
  }

  function tableOf({ title, table, kind }) {
    const side = table.columns.indexOf("side");
    const heads = table.columns.map((name) => element("th", { scope: "col" }, name));
    const rows = table.rows.map((row) => {
      const attributes = { type: "button", "aria-pressed": "false" };
      const button = element("button", attributes, row[0]);
      button.dataset.name = row[0];
      button.dataset.side = side < 0 ? "" : row[side];
      button.addEventListener("click", () => {
        rove([...grid.querySelectorAll("button")], button);
        pick(row[0], button.dataset.side);
      });
      const cells = row.slice(1).map((cell) => element("td", {}, cell));
      return element("tr", {}, element("th", { scope: "row" }, button), ...cells);
    });
    const caption = element("caption", {}, `${title}: choose a ${kind} to read where it comes from.`);
    const head = element("thead", {}, element("tr", {}, ...heads));
    const made = element("table", { class: "fx-table" }, caption, head);
    made.append(element("tbody", {}, ...rows));
    rove([...made.querySelectorAll("button")], made.querySelector("button"));
    return made;
  }

  function showOrigin() {
    const now = model.get("origin");
    if (now !== sourced || !origin.childElementCount) {
      const first = sourced === undefined && !now;
      sourced = now;
      origin.replaceChildren(...(now ? sourcesOf(now) : [invitation()]));
      if (now && !first) said.textContent += ` ${now.name}: ${now.shown}`;
    }
    for (const button of grid.querySelectorAll("button")) {
      const { name, side } = button.dataset;
      const on = Boolean(now) && name === now.name && (!side || side === wanted.side);
      button.setAttribute("aria-pressed", String(on));
    }
  }

  function invitation() {
    const kind = model.get("seen")?.kind ?? "frame";
    return element("p", { class: "fx-hint" }, `Choose a ${kind} to read where it comes from.`);
  }

  function sourcesOf(now) {
    const parts = [element("p", { class: "fd-heading", tabindex: "-1" }, now.name)];
    if (now.about) parts.push(element("p", {}, now.about));
    parts.push(element("ul", {}, ...now.counts.map((one) => element("li", {}, one))));
    if (now.terms.length) {
      parts.push(element("p", { class: "fd-fact" }, `Found by: ${now.terms.join(", ")}`));
    }
    if (now.note) parts.push(element("p", { class: "fx-note" }, now.note));
    const which = element("select", { id: `${id}-which` });
    const options = [["", "all sides"], ...(wanted.sides ?? []).map((side) => [side, side])];
    which.append(...options.map(([value, label]) => element("option", { value }, label)));
    which.value = wanted.side ?? "";
    which.addEventListener("change", () => {
      goal = "which";
      ask({ side: which.value, n: 0 });
    });
    const returning = element("button", { type: "button" }, "Back to the table");
    returning.addEventListener("click", back);
    parts.push(element("div", { class: "fx-bar" }, field("Sources of", which), returning));
    parts.push(element("p", { class: "fx-count" }, now.shown));
    parts.push(element("ol", { class: "fx-items" }, ...now.items.map(itemOf)));
    if (now.more) {
      const more = element("button", { type: "button", class: "fx-more" }, "Show more");
      more.addEventListener("click", () => {
        goal = `more ${now.items.length}`;
        ask({ n: now.items.length + MORE }, 0);
      });
      parts.push(more);
    }
    return parts;
  }

  function itemOf({ title, facts, link, address, text }) {
    const to = { href: link, target: "_blank", rel: "noopener noreferrer" };
    const head = link ? element("a", to, title) : element("span", {}, title);
    const made = element("li", { tabindex: "-1" }, element("p", { class: "fx-item" }, head));
    made.append(element("p", { class: "fd-fact" }, facts));
    if (address && !link) made.append(element("p", { class: "fd-fact fx-address" }, address));
    if (text.length) {
      const pieces = text.map(([piece, on]) => (on ? element("mark", {}, piece) : piece));
      made.append(element("p", { class: "fd-text", dir: "auto" }, ...pieces));
    }
    return made;
  }

  /** Put the focus where the reader wanted to go. */
  function arrive() {
    const [what, which] = goal.split(" ");
    goal = "";
    if (what === "origin") origin.querySelector(".fd-heading")?.focus();
    if (what === "which") origin.querySelector("select")?.focus();
    if (what === "more") origin.querySelectorAll(".fx-items > li")[Number(which)]?.focus();
  }

  function show() {
    const answer = model.get("answer");
    if (waiting || answer.serial < model.get("serial")) return; // a newer choice is on its way
    clearTimeout(patience);
    wanted = answer.choice;
    root.setAttribute("aria-busy", "false");
    status.textContent = "";
    said.textContent = "";
    showControls();
    complain(answer.message);
    notices.replaceChildren(...answer.notices.map((one) => element("li", {}, one)));
    notices.hidden = answer.notices.length === 0;
    showSeen();
    showOrigin();
    code.textContent = answer.code;
    python.hidden = !answer.code;
    arrive();
  }

  function showStep() {
    const { serial, step } = model.get("working");
    if (serial !== model.get("serial") || model.get("answer").serial >= serial) return;
    clearTimeout(patience);
    complain("");
    busy(`At work: ${step}…`);
  }

  const listeners = { "change:answer": show, "change:working": showStep };
  for (const [name, listener] of Object.entries(listeners)) model.on(name, listener);
  show();
  said.textContent = "";
  el.append(root);
  return () => {
    clearTimeout(waiting);
    clearTimeout(patience);
    for (const [name, listener] of Object.entries(listeners)) model.off(name, listener);
  };
}

export default { render };
