// What forms do beyond what plain HTML does. Every form can be sent without it.

// A secret that is shown once, copied by a button.
for (const button of document.querySelectorAll("button[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
        const field = document.getElementById(button.dataset.copy);
        try {
            await navigator.clipboard.writeText(field.value);
            button.textContent = "Copied";
        } catch {
            field.select();
        }
    });
}

// The first field with a fault is where one goes on.
document.querySelector("[aria-invalid]")?.focus();
