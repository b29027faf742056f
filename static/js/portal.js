/* Small comforts on pages that already work without script. */
(function () {
  "use strict";

  // "Copy link" under a comment: the comment is what its address asks for.
  const COPY = '.cmt__do > a[href*="?c="]';

  function onReady(root) {
    const summary = root.querySelector("[data-focus]");
    if (summary) summary.focus();
    for (const part of root.querySelectorAll("[data-script]")) part.hidden = false;
    for (const link of root.querySelectorAll(COPY)) link.hidden = !navigator.clipboard;
  }

  // The words for afterwards are in data-copied, around it. Without script it is a plain link.
  document.addEventListener("click", async function (event) {
    const link = event.target.closest(COPY);
    if (!link || !navigator.clipboard) return;
    event.preventDefault();
    const before = link.textContent;
    try {
      await navigator.clipboard.writeText(link.href);
    } catch (error) {
      location.assign(link.href);
      return;
    }
    link.setAttribute("role", "status");
    link.classList.add("copied");
    const said = link.closest("[data-copied]");
    link.textContent = said ? said.dataset.copied : before;
    setTimeout(function () {
      link.removeAttribute("role");
      link.classList.remove("copied");
      link.textContent = before;
    }, 2500);
  });

  // Menus made of <details>: close on Escape and on a click elsewhere.
  const menus = ".acct[open], .navmenu[open]";
  document.addEventListener("click", function (event) {
    for (const menu of document.querySelectorAll(menus)) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll(menus)) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // The theme changes at once; the form still stores it.
  document.addEventListener("submit", function (event) {
    const chosen = event.submitter;
    if (!chosen || chosen.name !== "theme") return;
    if (chosen.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen.value;
  });

  // A passkey that was refused or cancelled: say so in words instead of only in the console.
  document.addEventListener("allauth.error", function () {
    const place = document.getElementById("passkey-error");
    if (!place) return;
    place.hidden = false;
    place.focus();
  });

  // The session has ended. Where a text is being written it stays (threads.js says so); else the sign-in comes.
  document.addEventListener("htmx:responseError", function (event) {
    const signIn = event.detail.xhr.status === 401 && event.detail.xhr.getResponseHeader("X-Sign-In");
    const form = event.detail.elt && event.detail.elt.closest("form");
    if (signIn && !(form && form.querySelector("[data-draft]"))) location.assign(signIn);
  });

  // What arrives by itself never takes away what somebody is writing, or the place where they are.
  document.addEventListener("htmx:oobBeforeSwap", function (event) {
    const place = event.detail.target;
    if (place.querySelector("textarea") || place.contains(document.activeElement)) event.preventDefault();
  });

  document.addEventListener("DOMContentLoaded", function () { onReady(document); });
  document.addEventListener("htmx:afterSwap", function (event) { onReady(event.target); });
})();
