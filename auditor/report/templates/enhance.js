// Adds a filter to the findings table and opens details for printing. Reading needs none of it.
(() => {
  "use strict";
  const table = document.getElementById("findings-table");
  const form = document.getElementById("filter");
  if (table && form) {
    const rows = [...table.tBodies[0].rows];
    const words = rows.map((row) => row.textContent.toLocaleLowerCase());
    const text = document.getElementById("filter-text");
    const severity = document.getElementById("filter-severity");
    const shown = document.getElementById("filter-shown");
    const apply = () => {
      const wanted = text.value.trim().toLocaleLowerCase();
      let visible = 0;
      rows.forEach((row, i) => {
        row.hidden = !words[i].includes(wanted) || Number(row.dataset.severity) < Number(severity.value);
        visible += row.hidden ? 0 : 1;
      });
      shown.textContent = shown.dataset.form.replace("#shown", visible).replace("#total", rows.length);
    };
    text.addEventListener("input", apply);
    severity.addEventListener("change", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    apply();
  }
  const opened = [];
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details:not([open])").forEach((details) => {
      opened.push(details);
      details.open = true;
    });
  });
  window.addEventListener("afterprint", () => {
    opened.splice(0).forEach((details) => { details.open = false; });
  });
})();
