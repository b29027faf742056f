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
      lang: LANGUAGES[found.text.closest("[lang]").lang] || "",
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
    // Whoever types on after @ takes the first name with Enter; while a character is being composed Enter is its own.
    if (event.key === "Enter" && event.target === field && !event.isComposing && !event.shiftKey) {
      offerNames(field);  // by where the caret is now
      if (list && field.selectionStart > from + 1) { event.preventDefault(); list.firstChild.click(); } else { closeList(); }
    } else if (event.key === "Escape") { const area = field; closeList(); area.focus(); event.preventDefault(); }
    else if (event.key === "ArrowDown") { buttons[Math.min(here + 1, buttons.length - 1)].focus(); event.preventDefault(); }
    else if (event.key === "ArrowUp") { (here > 0 ? buttons[here - 1] : field).focus(); event.preventDefault(); }
  });

  // --- drafts -------------------------------------------------------------------------------------------------

  function failed(event) {
    const form = event.detail.elt && event.detail.elt.closest("form");
    const saver = form && form.querySelector("[data-draft]");
    if (!saver) return;
    const state = form.querySelector(".draftstate__words");
    const signIn = event.detail.xhr && event.detail.xhr.status === 401 && event.detail.xhr.getResponseHeader("X-Sign-In");
    if (state && signIn) {
      // The page with the text stays: signing in happens beside it.
      const link = document.createElement("a");
      link.href = signIn; link.target = "_blank"; link.rel = "noopener"; link.textContent = words.signIn;
      state.replaceChildren(words.signedOut + " ", link);
    } else if (state) { state.textContent = saver.dataset.failed; }
    if (event.detail.elt !== saver) return;
    setTimeout(function () {
      if (saver.isConnected) saver.closest("form").dispatchEvent(new Event("input", { bubbles: true }));
    }, 5000);
  }
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(name, failed);

  // Whoever types without a pause is saved all the same, and whoever leaves takes nothing unsaved along.
  const EVERY = 3000;
  const unsaved = new Set(), sent = new WeakSet(), savedAt = new WeakMap(), underWay = new WeakMap();

  function textOf(form) { return form.querySelector("textarea[name=body]").value; }

  function saverOf(node) {
    const form = node.closest && node.closest("form");
    return form && form.querySelector("[data-draft]");
  }

  for (const name of ["input", "change"]) document.addEventListener(name, function (event) {
    const saver = saverOf(event.target);
    if (!saver || event.target.type === "file") return;
    const form = saver.closest("form"), now = Date.now();
    unsaved.add(form);
    sent.delete(form);
    if (!savedAt.has(form)) savedAt.set(form, now);
    if (now - savedAt.get(form) < EVERY) return;
    savedAt.set(form, now);
    saver.dispatchEvent(new CustomEvent("keepdraft"));
  });

  // What is being posted is no draft any more, unless the posting fails.
  document.addEventListener("submit", function (event) {
    if (saverOf(event.target)) sent.add(event.target);
  });

  document.addEventListener("htmx:beforeRequest", function (event) {
    const saver = event.detail.elt;
    if (!saver.matches("[data-draft]")) return;
    const form = saver.closest("form");
    if (sent.has(form)) { event.preventDefault(); return; }
    savedAt.set(form, Date.now());
    underWay.set(form, textOf(form));
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    const asked = event.detail.elt;
    if (asked.matches("form")) { if (!event.detail.successful) sent.delete(asked); return; }
    const saver = asked.matches("[data-draft]") ? asked : null, form = saver && saver.closest("form");
    // A conflict is shown like a success and has saved nothing.
    const saved = event.detail.successful && event.detail.xhr.status < 300;
    if (form && saved && underWay.get(form) === textOf(form)) unsaved.delete(form);
  });

  // The request outlives the page. Where the page stays after all, it goes on from the version that was saved.
  function saveOnLeaving(form) {
    const saver = form.querySelector("[data-draft]");
    if (!unsaved.has(form) || sent.has(form) || !saver) return;
    unsaved.delete(form);
    const data = new FormData(form);
    data.delete("files");
    data.set("leaving", "1");
    const request = { method: "POST", body: data, headers: { "HX-Request": "true" }, credentials: "same-origin" };
    const address = saver.getAttribute("hx-post");
    fetch(address, Object.assign({ keepalive: true }, request)).catch(function () {
      return fetch(address, request);  // more than the browser lets outlive a page
    }).then(function (answer) {
      if (!answer.ok) throw new Error(answer.statusText);
      return answer.text();
    }).then(function (html) {
      const now = new DOMParser().parseFromString(html, "text/html").querySelector("[name=draft_version]");
      const known = form.querySelector("[name=draft_version]");
      if (now && known) known.value = now.value;
    }).catch(function () { if (form.isConnected) unsaved.add(form); });
  }

  function leaving() { for (const form of Array.from(unsaved)) if (form.isConnected) saveOnLeaving(form); }

  // Before the next page is asked for, so that it finds the text; the others for what ends without a question.
  addEventListener("beforeunload", leaving);
  addEventListener("pagehide", leaving);
  addEventListener("pageshow", function (event) {
    if (event.persisted) for (const form of document.forms) sent.delete(form);
  });
  document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") leaving(); });
  document.addEventListener("htmx:beforeSwap", function (event) {
    for (const form of Array.from(unsaved)) if (event.detail.shouldSwap && event.detail.target.contains(form)) {
      saveOnLeaving(form);
      unsaved.delete(form);
    }
  });

  document.addEventListener("threads:posted", function (event) {
    const comment = document.getElementById(event.detail.id);
    if (comment) goTo(comment);
  });

  // What arrives for a question says how many comments there are now: its fold says so in its own line.
  document.addEventListener("htmx:afterSwap", function () {
    for (const head of document.querySelectorAll(".q-thread .thread__head")) {
      head.closest("details").querySelector("summary").textContent = head.textContent;
      head.remove();
    }
  });

  function goTo(comment) {
    comment.tabIndex = -1;
    comment.focus({ preventScroll: true });
    comment.scrollIntoView({ block: "center" });
  }

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
    goTo(all[Math.max(0, Math.min(next, all.length - 1))]);
  }

  function reply() {
    const present = document.activeElement.closest("article.cmt");
    const link = present && present.querySelector(".cmt__do > [hx-boost]");
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

  // A browser passes over autofocus where the address names a part of the page.
  function focusComposer() {
    const box = location.hash === "#compose" && document.querySelector("#compose [autofocus]");
    if (box && document.activeElement === document.body) box.focus({ preventScroll: true });
  }
  // After the browser has gone to that part, which takes the focus away.
  addEventListener("load", function () { setTimeout(focusComposer, 50); });
  addEventListener("hashchange", focusComposer);
})();
