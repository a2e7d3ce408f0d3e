/* Ordering by drag, with mouse, pen or finger. It improves a form that works without it: where something is dropped,
   the form is posted as its buttons post it. What can be dragged carries data-drag (what it is), data-id and
   data-name; what holds others of a kind carries data-holds. By keyboard, the buttons do the same. */
"use strict";

(() => {
  const EDGE = 70;
  const SPEED = 14;
  let dragged = null;

  const language = document.documentElement.lang;

  function fill(text, told) {
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = told[name];
      return typeof value === "number" ? value.toLocaleString(language) : value;
    });
  }

  function say(form, what, told) {
    form.querySelector("[data-said]").textContent = fill(form.dataset[what], told);
  }

  /* The places of the same kind, from top to bottom, without what is dragged. */
  function others(form, item) {
    const all = [...form.querySelectorAll(`[data-drag="${item.dataset.drag}"]`)];
    return all.filter((one) => one !== item);
  }

  function middle(element) {
    const box = element.getBoundingClientRect();
    return box.top + box.height / 2;
  }

  function holder(element) {
    return element.closest(`[data-holds="${dragged.item.dataset.drag}"]`);
  }

  /* The holder under the pointer, and the place among its own that the pointer points to. */
  function aim(y) {
    const holders = [...dragged.form.querySelectorAll(`[data-holds="${dragged.item.dataset.drag}"]`)];
    if (dragged.form.matches(`[data-holds="${dragged.item.dataset.drag}"]`)) {
      holders.push(dragged.form);
    }
    const over = holders.find((one) => {
      const box = one.getBoundingClientRect();
      return y >= box.top && y <= box.bottom;
    });
    const into = over || dragged.into || holder(dragged.item);
    const own = others(dragged.form, dragged.item).filter((one) => holder(one) === into);
    const before = own.findIndex((one) => y < middle(one));
    return { into, own, place: before < 0 ? own.length : before };
  }

  function unmark() {
    dragged.form.querySelectorAll(".drop-before, .drop-after, .drop-into").forEach((one) => {
      one.classList.remove("drop-before", "drop-after", "drop-into");
    });
  }

  function mark(y) {
    const { into, own, place } = aim(y);
    unmark();
    if (!own.length) {
      into.classList.add("drop-into");
    } else if (place < own.length) {
      own[place].classList.add("drop-before");
    } else {
      own[own.length - 1].classList.add("drop-after");
    }
    if (into !== dragged.into || place !== dragged.place) {
      dragged.into = into;
      dragged.place = place;
      say(dragged.form, "saidOver", {
        name: dragged.item.dataset.name,
        place: place + 1,
        all: own.length + 1,
        into: into.dataset.name || "",
      });
    }
  }

  function roll() {
    if (!dragged) {
      return;
    }
    const { y } = dragged;
    if (y < EDGE) {
      window.scrollBy(0, -SPEED);
    } else if (y > window.innerHeight - EDGE) {
      window.scrollBy(0, SPEED);
    }
    mark(y);
    dragged.frame = requestAnimationFrame(roll);
  }

  function begin(event, item, form) {
    if (event.button > 0) {
      return;
    }
    event.preventDefault();
    const was = item.getBoundingClientRect().top;
    event.target.setPointerCapture(event.pointerId);
    const siblings = [...form.querySelectorAll(`[data-drag="${item.dataset.drag}"]`)];
    dragged = { item, form, y: event.clientY, into: null, place: -1, frame: 0 };
    const into = holder(item);
    const from = siblings.filter((one) => holder(one) === into).indexOf(item);
    Object.assign(dragged, { into, place: from, from, home: into });
    form.classList.add("is-dragging", `is-dragging-${item.dataset.drag}`);
    item.classList.add("dragged");
    // Steps fold while one of them is dragged; the page stays where the pointer is.
    window.scrollBy(0, item.getBoundingClientRect().top - was);
    say(form, "saidTaken", { name: item.dataset.name });
    dragged.frame = requestAnimationFrame(roll);
  }

  function end(drop) {
    if (!dragged) {
      return;
    }
    const { item, form, into, place, from, home, frame } = dragged;
    cancelAnimationFrame(frame);
    unmark();
    item.classList.remove("dragged");
    form.classList.remove("is-dragging", `is-dragging-${item.dataset.drag}`);
    dragged = null;
    if (!drop || (into === home && place === from)) {
      say(form, "saidLeft", { name: item.dataset.name });
      return;
    }
    say(form, "saidDropped", { name: item.dataset.name, place: place + 1 });
    const told = {
      do: `to:${item.dataset.drag}:${item.dataset.id}`,
      position: String(place),
      into: into.dataset.id || "",
    };
    for (const [name, value] of Object.entries(told)) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      form.append(field);
    }
    form.submit();
  }

  function equip(form) {
    form.querySelectorAll("[data-drag]").forEach((item) => {
      const grip = document.createElement("span");
      grip.className = "grip";
      grip.setAttribute("aria-hidden", "true");
      grip.title = fill(form.dataset.saidGrip, { name: item.dataset.name });
      item.querySelector("[data-grip]").prepend(grip);
      grip.addEventListener("pointerdown", (event) => begin(event, item, form));
      grip.addEventListener("pointermove", (event) => {
        if (dragged) {
          dragged.y = event.clientY;
        }
      });
      grip.addEventListener("pointerup", (event) => {
        if (dragged) {
          dragged.y = event.clientY;
          mark(dragged.y);
        }
        end(true);
      });
      grip.addEventListener("pointercancel", () => end(false));
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      end(false);
    }
  });
  document.querySelectorAll("form[data-said-grip]").forEach(equip);
})();
