// A form with a list of contacts: what the list would come to is shown as soon as it is chosen, and again when a setting changes. Without this
// script the buttons do the same, and the file has to be chosen once more.

// Longer ones are checked when somebody asks for it.
const checkedAtOnce = 2 << 20;

for (const form of document.querySelectorAll("form[data-upload]")) {
    const file = form.elements.file;
    const place = document.getElementById("preview");
    let waiting;
    let running;

    function note(text) {
        const line = document.createElement("p");
        line.className = "quiet";
        line.textContent = text;
        place.replaceChildren(line);
    }

    async function check() {
        clearTimeout(waiting);
        running?.abort();
        if (!file.files.length) return;
        running = new AbortController();
        const mine = running;
        place.setAttribute("aria-busy", "true");
        try {
            const answer = await fetch(form.dataset.upload, { method: "POST", body: new FormData(form), signal: mine.signal });
            if (!answer.ok) throw new Error(answer.statusText);
            document.dispatchEvent(new CustomEvent("fragments", { detail: await answer.json() }));
        } catch (problem) {
            if (problem.name !== "AbortError") note("The list could not be checked: " + problem.message);
        } finally {
            if (mine === running) place.removeAttribute("aria-busy");
        }
    }

    form.addEventListener("change", () => {
        clearTimeout(waiting);
        if (!file.files.length) return;
        if (file.files[0].size <= checkedAtOnce) waiting = setTimeout(check, 150);
        else note("It is a long list: press “Check the list” when all is filled in.");
    });
    form.addEventListener("submit", (event) => {
        if (event.submitter?.value !== "check") return;
        event.preventDefault();
        check();
    });
    // The reader's own time zone, where nobody has chosen one.
    for (const zone of form.querySelectorAll("input[data-zone='1']")) {
        zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
    }
}
