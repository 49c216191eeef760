// What pages do beyond what plain HTML does. Every page can be read, and every form sent, without it.

const body = document.body;

// Times on the reader's own clock. Of the steps of one call, the first has the date.
const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "medium" });
const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
function localize(root) {
    for (const time of root.querySelectorAll("time[datetime]:not([title])")) {
        time.title = time.textContent;
        const isLaterStep = time.closest(".ladder li:not(:first-child)");
        time.textContent = (isLaterStep ? timeOfDay : clock).format(new Date(time.dateTime));
    }
}
localize(document);

// On a phone the menu is one line that scrolls: what is open stands in sight.
document.querySelector(".side [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// Above a form with faults, fields are called what stands beside them.
for (const link of document.querySelectorAll(".notice a[href^='#field-']")) {
    const label = document.querySelector(`${link.hash} > :is(span, legend):first-child`);
    if (label) link.textContent = label.textContent;
}

// Parts of pages, as the server drew them. Everything that somebody said or typed is escaped there.
function parsed(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    localize(template.content);
    return template.content;
}

function apply(change) {
    if (change.reload) {
        location.reload();
        return;
    }
    for (const [id, html] of Object.entries(change.replace ?? {})) {
        const element = document.getElementById(id);
        // Whoever is typing is not disturbed.
        if (element && !(element.contains(document.activeElement) && document.activeElement.value)) {
            element.replaceChildren(parsed(html));
        }
    }
    for (const [id, html] of Object.entries(change.append ?? {})) {
        const list = document.getElementById(id);
        for (const item of list ? [...parsed(html).children] : []) {
            const known = item.id && document.getElementById(item.id);
            if (known) known.replaceWith(item);
            else list.append(item);
        }
        const keep = Number(list?.dataset.keep);
        while (keep && list.children.length > keep) list.firstElementChild.remove();
    }
    for (const id of change.remove ?? []) document.getElementById(id)?.remove();
    document.dispatchEvent(new Event("applied"));
}

// From the other scripts.
document.addEventListener("fragments", (event) => apply(event.detail));

function say(text) {
    const place = document.getElementById("said");
    if (place) place.textContent = text;
}

// A page that changes while it is open.
if (body.dataset.live) {
    const offline = document.createElement("p");
    offline.className = "offline";
    offline.hidden = true;
    offline.textContent = "Not connected: trying again …";
    body.append(offline);
    const source = new EventSource(body.dataset.live);
    source.addEventListener("open", () => { offline.hidden = true; });
    source.addEventListener("error", () => { offline.hidden = false; });
    source.addEventListener("change", (event) => apply(JSON.parse(event.data)));
    addEventListener("pagehide", () => source.close());
}

// Forms that leave the page where it is: what comes of them is seen as it happens.
document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-quiet]") || event.defaultPrevented) return;
    event.preventDefault();
    const button = event.submitter;
    if (button) button.disabled = true;
    try {
        const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, button)) });
        if (answer.ok) {
            if (form.hasAttribute("data-clear")) form.reset();
            say("Done.");
        } else {
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            say(page.querySelector(".notice")?.textContent.trim() ?? "That did not work.");
        }
    } catch {
        say("The server could not be reached.");
    } finally {
        if (button) button.disabled = false;
    }
});

// A form whose outcome is shown as it is filled in.
for (const form of document.querySelectorAll("form[data-check]")) {
    let waiting;
    let latest = 0;
    async function check() {
        const number = ++latest;
        try {
            const answer = await fetch(form.dataset.check, { method: "POST", body: new URLSearchParams(new FormData(form)) });
            // Answers may come in another order than they were asked for.
            if (answer.ok && number === latest) apply(await answer.json());
        } catch {
            // The button still works, and says what is wrong.
        }
    }
    form.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(check, 250);
    });
    document.addEventListener("click", (event) => {
        const link = event.target.closest("a[data-fill]");
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        form.elements[link.dataset.fill].value = link.dataset.value;
        form.elements[link.dataset.fill].focus();
        check();
    });
    if (form.elements.to?.value) check();
}

// A recording: click a line or the drawing to hear it, and see what is heard.
const sound = document.querySelector(".sound");
if (sound) {
    const audio = sound.querySelector("audio");
    const drawing = sound.querySelector("svg");
    const head = sound.querySelector(".head");
    const duration = Number(sound.dataset.duration) / 1000;
    const lines = [...document.querySelectorAll(".lines li")];
    function hear(seconds) {
        audio.currentTime = seconds;
        audio.play().catch(() => {});
    }
    document.addEventListener("click", (event) => {
        const button = event.target.closest("[data-seek]");
        if (button) hear(Number(button.dataset.seek) / 1000);
    });
    drawing.addEventListener("click", (event) => {
        const box = drawing.getBoundingClientRect();
        hear((event.clientX - box.left) / box.width * duration);
    });
    audio.addEventListener("timeupdate", () => {
        const x = duration > 0 ? audio.currentTime / duration * drawing.viewBox.baseVal.width : 0;
        head.setAttribute("x1", x);
        head.setAttribute("x2", x);
        const now = audio.currentTime * 1000;
        for (const line of lines) {
            line.classList.toggle("now", !audio.paused && now >= Number(line.dataset.start) && now < Number(line.dataset.end));
        }
    });
}
