// What is wider than the page scrolls within it, and can be scrolled by keys.
document.addEventListener("DOMContentLoaded", () => {
  for (const one of document.querySelectorAll("div.math, .cell_output .text_html")) {
    if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
  }
});
// Opened as a file there is nothing to fetch excerpts from.
if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined")
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
