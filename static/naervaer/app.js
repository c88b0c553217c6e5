/* Nærvær: small helpers on top of dkfds and htmx. Everything works without them, a little slower. */
(function () {
  "use strict";

  var DIM_AFTER_MS = 300;

  function find(selector, root) {
    return (root || document).querySelector(selector);
  }

  function isTyping(element) {
    return Boolean(element) && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
  }

  function isShown(element) {
    return Boolean(element) && element.getClientRects().length > 0;
  }

  /* ---------- messages ---------- */

  function say(text) {
    var place = find("#beskeder");
    if (!place) {
      return;
    }
    var box = document.createElement("div");
    box.className = "nv-toast-inline is-error";
    var line = document.createElement("p");
    line.textContent = text;
    box.appendChild(line);
    place.replaceChildren(box);
    box.scrollIntoView({ block: "nearest" });
  }

  /* ---------- focus: the error summary first, else the new heading, else stay ---------- */

  function focusQuietly(element) {
    if (!element.hasAttribute("tabindex")) {
      element.setAttribute("tabindex", "-1");
    }
    element.focus();
  }

  function focusAfterSwap(root) {
    var summary = root.matches("[data-error-summary]") ? root : find("[data-error-summary]", root);
    if (summary) {
      focusQuietly(summary);
    } else if (document.activeElement === document.body || !document.activeElement) {
      var heading = find("h1, h2, h3", root);
      if (heading) {
        focusQuietly(heading);
      }
    }
  }

  /* ---------- dkfds inside swapped content ---------- */

  // Not DKFDS.init: its navigation part ignores the scope and adds another "Mere" to the menu at every call.
  var PARTS = {
    ".js-dropdown": "Dropdown",
    ".form-limit": "CharacterLimit",
    ".js-checkbox-toggle-content": "CheckboxToggleContent",
    ".js-radio-toggle-group": "RadioToggleGroup",
    ".tooltip-wrapper": "Tooltip",
    ".fds-modal": "Modal",
    "table.table--selectable": "TableSelectableRows",
    "div.tab-container": "Tabs"
  };

  function wake(root) {
    if (!window.DKFDS) {
      return;
    }
    Object.keys(PARTS).forEach(function (selector) {
      root.querySelectorAll(selector).forEach(function (element) {
        new window.DKFDS[PARTS[selector]](element).init();
      });
    });
    root.querySelectorAll("table[class*='responsive-headers']").forEach(function (table) {
      new window.DKFDS.ResponsiveTable(table);
    });
  }

  /* ---------- htmx: old content dims when the answer takes time; failures are said ---------- */

  var waiting = new WeakMap();

  document.addEventListener("htmx:beforeRequest", function (event) {
    var target = event.detail.target;
    waiting.set(event.detail.xhr, window.setTimeout(function () {
      target.classList.add("nv-loading", "is-on");
      target.setAttribute("aria-busy", "true");
    }, DIM_AFTER_MS));
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    window.clearTimeout(waiting.get(event.detail.xhr));
    event.detail.target.classList.remove("nv-loading", "is-on");
    event.detail.target.removeAttribute("aria-busy");
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    var root = event.detail.elt;
    if (!(root instanceof HTMLElement) || !root.isConnected) {
      return;
    }
    wake(root);
    // A polled bar, a list of suggestions or a text that follows what is typed must not pull the focus away.
    var verb = event.detail.requestConfig && event.detail.requestConfig.verb;
    if (verb !== "get" && !root.closest("[aria-live], [role='status']")) {
      focusAfterSwap(root);
    }
  });

  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var status = event.detail.xhr ? event.detail.xhr.status : 0;
      if (status === 401 || status === 403) {
        say("Du er logget af, eller du har ikke adgang til dette. Log på i et andet vindue, og prøv igen.");
      } else {
        say("Vi fik ikke svar. Det, du har skrevet, står her endnu. Prøv igen om lidt.");
      }
    });
  });

  /* ---------- suggestions: arrows choose, Enter opens or fills in ---------- */

  function options(list) {
    return Array.prototype.slice.call(list.querySelectorAll('[role="option"]:not([aria-disabled="true"])'));
  }

  function select(input, list, chosen) {
    options(list).forEach(function (option) {
      option.setAttribute("aria-selected", option === chosen ? "true" : "false");
    });
    if (chosen) {
      input.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function selected(list) {
    return find('[role="option"][aria-selected="true"]', list);
  }

  function closeList(input, list) {
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function pick(input, list, option) {
    if (option.dataset.href) {
      window.location.assign(option.dataset.href);
      return;
    }
    input.value = option.dataset.label || option.textContent.trim();
    var hidden = document.getElementById(input.dataset.valueInput || "");
    if (hidden) {
      hidden.value = option.dataset.value || "";
      hidden.dispatchEvent(new Event("change", { bubbles: true }));
    }
    closeList(input, list);
  }

  function move(input, list, step) {
    var all = options(list);
    if (all.length) {
      var at = all.indexOf(selected(list));
      select(input, list, all[(at + step + (at < 0 && step < 0 ? 1 : 0) + all.length) % all.length]);
    }
  }

  function listOf(input) {
    return document.getElementById(input.getAttribute("aria-controls"));
  }

  document.addEventListener("keydown", function (event) {
    var input = event.target;
    if (!(input instanceof HTMLElement) || !input.matches("[data-listbox-input]")) {
      return;
    }
    var list = listOf(input);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(input, list, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && selected(list)) {
      event.preventDefault();
      pick(input, list, selected(list));
    } else if (event.key === "Escape" && options(list).length && !input.closest("dialog")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      closeList(input, list);
    }
  });

  document.addEventListener("click", function (event) {
    var option = event.target.closest ? event.target.closest('[role="option"]') : null;
    var list = option && option.closest('[role="listbox"]');
    var input = list && find('[data-listbox-input][aria-controls="' + list.id + '"]');
    if (input && option.getAttribute("aria-disabled") !== "true") {
      pick(input, list, option);
    }
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    var list = event.target;
    if (list instanceof HTMLElement && list.getAttribute("role") === "listbox") {
      var input = find('[data-listbox-input][aria-controls="' + list.id + '"]');
      if (input) {
        input.setAttribute("aria-expanded", options(list).length ? "true" : "false");
        select(input, list, input.closest("dialog") ? options(list)[0] : null);
      }
    }
  });

  /* ---------- the palette ---------- */

  function openSearch() {
    var palette = find("[data-palette]");
    if (palette && palette.showModal) {
      if (!palette.open) {
        palette.showModal();
      }
      var input = find("[data-listbox-input]", palette);
      input.select();
      input.dispatchEvent(new CustomEvent("nv:open"));
      return true;
    }
    var field = find('input[type="search"], [data-search]');
    if (field) {
      field.focus();
    }
    return Boolean(field);
  }

  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-search-open]") && openSearch()) {
      event.preventDefault();
    } else if (event.target.matches && event.target.matches("dialog[data-palette]")) {
      event.target.close(); // a click on the backdrop
    }
  });

  /* ---------- keyboard ---------- */

  function submitForm(field) {
    var form = (field && field.form) || find("main form[data-main-form]") || find("main form.nv-form");
    if (form) {
      form.requestSubmit();
    }
    return Boolean(form);
  }

  function follow(selector) {
    var link = Array.prototype.find.call(document.querySelectorAll(selector), isShown);
    if (link) {
      link.click();
    }
    return Boolean(link);
  }

  document.addEventListener("keydown", function (event) {
    var command = event.ctrlKey || event.metaKey;
    var plain = !command && !event.altKey && !event.shiftKey;
    var inDialog = find("dialog[open], .mobile-drawer.show");
    var done = false;
    if (command && event.key.toLowerCase() === "k") {
      done = openSearch();
    } else if (command && event.key === "Enter") {
      done = submitForm(event.target);
    } else if (event.key === "Escape" && plain && !inDialog) {
      done = !find(".overflow-menu-inner:not(.collapsed)") && follow("[data-cancel]");
    } else if (event.key.toLowerCase() === "n" && plain && !inDialog && !isTyping(event.target)) {
      done = document.body.dataset.singleKeys !== "off" && follow("[data-new]");
    }
    if (done) {
      event.preventDefault();
    }
  });

  /* ---------- start ---------- */

  document.addEventListener("DOMContentLoaded", function () {
    if (window.DKFDS) {
      window.DKFDS.init();
    }
    var summary = find("[data-error-summary]");
    if (summary) {
      focusQuietly(summary);
    }
    // Links in the error summary go to the field itself, also when it is a button or an option.
    document.addEventListener("click", function (event) {
      var link = event.target.closest ? event.target.closest("[data-error-summary] a") : null;
      var field = link && document.getElementById(link.hash.slice(1));
      if (field) {
        event.preventDefault();
        field.scrollIntoView({ block: "center" });
        field.focus({ preventScroll: true });
      }
    });
  });
})();
