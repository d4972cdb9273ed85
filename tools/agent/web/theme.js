// Before the first paint: the colours that were chosen, and that there is JavaScript.
document.documentElement.classList.add("has-js");
try {
	const theme = localStorage.getItem("tend-theme");
	if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch (e) { /* storage may be forbidden: the system's colours then */ }
