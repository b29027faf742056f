/* Comforts of papers and their threads: words selected, names offered after @, drafts that retry, keys.
   Everything works without this file. */
(function () {
  "use strict";

  const script = document.currentScript;
  const words = script ? script.dataset : {};
  const KEY = "aspire-shortcuts";
  const typing = "input, textarea, select, [contenteditable]";

  function shortcutsOn() {
    try { return localStorage.getItem(KEY) !== "off"; } catch (error) { return true; }
  }

  // --- a passage ----------------------------------------------------------------------------------------------

  const LANGUAGES = { "en-HK": "en", "zh-Hant-HK": "zh_hant", "zh-Hans": "zh_hans" };
  let offer = null;

  // The words selected inside one text that can be commented on; null for anything else.
  function selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const start = range.startContainer.nodeType === 1 ? range.startContainer : range.startContainer.parentElement;
    const text = start && start.closest("[data-anchor]");
    const chosen = selection.toString().trim();
    if (!text || !text.contains(range.endContainer) || chosen.length < 2 || chosen.length > 1000) return null;
    const before = document.createRange();
    before.selectNodeContents(text);
    before.setEnd(range.startContainer, range.startOffset);
    return { text: text, range: range, chosen: chosen, before: before.toString().slice(-80) };
  }

  function addressOf(found) {
    const query = new URLSearchParams({
      compose: found.text.dataset.anchor, passage: found.chosen, before: found.before,
      lang: LANGUAGES[found.text.lang] || "",
    });
    return "?" + query.toString() + "#compose";
  }

  function hide() { if (offer) { offer.remove(); offer = null; } }

  function show() {
    const found = selected();
    if (!found) { if (!offer || document.activeElement !== offer) hide(); return; }
    if (!offer) {
      offer = document.createElement("a");
      offer.className = "btn btn--sm passage-offer";
      offer.textContent = words.passage;
    }
    offer.href = addressOf(found);
    // Next in the order of the Tab key, and beside the last of the words.
    if (offer.previousElementSibling !== found.text) found.text.after(offer);
    const box = found.range.getBoundingClientRect();
    const home = offer.offsetParent ? offer.offsetParent.getBoundingClientRect() : { top: 0, left: 0, width: innerWidth };
    offer.style.top = box.bottom - home.top + 6 + "px";
    offer.style.left = Math.max(0, Math.min(box.left - home.left, home.width - offer.offsetWidth)) + "px";
  }

  let waiting = 0;
  document.addEventListener("selectionchange", function () {
    clearTimeout(waiting);
    waiting = setTimeout(show, 250);
  });

  // --- names after @ ------------------------------------------------------------------------------------------

  let list = null, field = null, from = -1;

  // The people whom the server offers for the audience that is chosen now; nobody else.
  function people(area) {
    const form = area.form;
    const audience = form.querySelector("[name=audience]:checked");
    if (!audience) return [];
    return Array.from(form.querySelectorAll('[name="tell_' + audience.value + '"]'));
  }

  function closeList() {
    if (list) list.remove();
    if (field) field.removeAttribute("aria-controls");
    list = field = null;
  }

  function offerNames(area) {
    const before = area.value.slice(0, area.selectionStart);
    const at = before.lastIndexOf("@");
    const begun = at < 0 ? "" : before.slice(at + 1);
    if (at < 0 || (at > 0 && /[\w.]/.test(before[at - 1])) || begun.length > 40 || /\n/.test(begun)) return closeList();
    const wanted = begun.toLowerCase();
    const found = people(area).filter(function (box) {
      return box.dataset.name.toLowerCase().includes(wanted);
    }).slice(0, 8);
    if (!found.length) return closeList();
    closeList();
    field = area; from = at;
    list = document.createElement("div");
    list.className = "names"; list.id = "names";
    list.setAttribute("role", "group");
    for (const box of found) {
      const one = document.createElement("button");
      one.type = "button";
      one.className = "names__one";
      one.textContent = box.parentElement.textContent.trim();
      one.addEventListener("click", function () { choose(box); });
      list.append(one);
    }
    area.setAttribute("aria-controls", "names");
    area.after(list);
  }

  function choose(box) {
    const area = field, end = area.selectionStart, name = "@" + box.dataset.name + " ";
    box.checked = true;
    area.setRangeText(name, from, end, "end");
    closeList();
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("input", function (event) {
    if (event.target.matches("[data-mentions]")) offerNames(event.target);
  });
  document.addEventListener("keydown", function (event) {
    if (!list) return;
    const buttons = Array.from(list.children), here = buttons.indexOf(document.activeElement);
    if (event.key === "Escape") { const area = field; closeList(); area.focus(); event.preventDefault(); }
    else if (event.key === "ArrowDown") { buttons[Math.min(here + 1, buttons.length - 1)].focus(); event.preventDefault(); }
    else if (event.key === "ArrowUp") { (here > 0 ? buttons[here - 1] : field).focus(); event.preventDefault(); }
  });

  // --- drafts -------------------------------------------------------------------------------------------------

  function failed(event) {
    const saver = event.detail.elt;
    if (!saver || !saver.matches("[data-draft]")) return;
    const state = saver.closest("form").querySelector(".draftstate__words");
    if (state) state.textContent = saver.dataset.failed;
    setTimeout(function () {
      if (saver.isConnected) saver.closest("form").dispatchEvent(new Event("input", { bubbles: true }));
    }, 5000);
  }
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(name, failed);

  document.addEventListener("threads:posted", function (event) {
    const comment = document.getElementById(event.detail.id);
    if (comment) { comment.focus({ preventScroll: true }); comment.scrollIntoView({ block: "center" }); }
  });

  // --- keys ---------------------------------------------------------------------------------------------------

  function step(by) {
    const all = Array.from(document.querySelectorAll("article.cmt")).filter(function (one) {
      return one.offsetParent !== null;
    });
    if (!all.length) return;
    const present = document.activeElement.closest("article.cmt");
    let next = all.indexOf(present) + by;
    if (!present) {
      next = all.findIndex(function (one) { return one.getBoundingClientRect().top > 0; });
      if (by < 0) next -= 1;
    }
    const target = all[Math.max(0, Math.min(next, all.length - 1))];
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "center" });
  }

  function reply() {
    const present = document.activeElement.closest("article.cmt");
    const link = present && present.querySelector("[data-reply]");
    if (link) link.click();
  }

  function comment() {
    const found = selected();
    if (found) { location.assign(addressOf(found)); return; }
    const focused = document.activeElement;
    const part = focused.closest(".para, .question, .thread") || document.elementFromPoint(innerWidth / 2, innerHeight / 3).closest(".para, .question");
    if (!part) return;
    const place = part.querySelector("[data-anchor]");
    if (place) location.assign("?compose=" + encodeURIComponent(place.dataset.anchor) + "#compose");
  }

  const KEYS = {
    j: function () { step(1); },
    k: function () { step(-1); },
    r: reply,
    c: comment,
    "/": function () { const filter = document.querySelector("#h-fl ~ ul a"); if (filter) filter.focus(); },
    "?": function () { location.assign(words.shortcuts); },
  };

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.target.closest && event.target.closest(typing)) return;
    const act = KEYS[event.key];
    if (!act || !shortcutsOn()) return;
    event.preventDefault();
    act();
  });

  function drawSwitch() {
    const button = document.querySelector("[data-shortcuts-switch]");
    if (!button) return;
    const on = shortcutsOn(), state = document.querySelector("[data-shortcuts-state]");
    state.textContent = on ? state.dataset.on : state.dataset.off;
    button.textContent = on ? button.dataset.off : button.dataset.on;
    button.onclick = function () {
      try { localStorage.setItem(KEY, on ? "off" : "on"); } catch (error) { return; }
      drawSwitch();
    };
  }
  document.addEventListener("DOMContentLoaded", drawSwitch);
})();
