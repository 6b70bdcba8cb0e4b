(() => {
  "use strict";
  const box = document.getElementById("filter");
  const field = document.getElementById("filter-field");
  const told = document.getElementById("filter-told");
  const wanted = () => field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let rows = null;
  const apply = () => {
    rows = rows || Array.from(document.querySelectorAll("[data-filter]"), (row) => [row, row.dataset.filter.toLowerCase()]);
    const words = wanted();
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    told.textContent = words.length ? shown + " of " + rows.length + " rows" : "";
  };
  const clear = () => {
    field.value = "";
    apply();
  };
  field.addEventListener("input", apply);
  field.addEventListener("keydown", (event) => event.key === "Escape" && clear());
  // A link may lead to a row that is hidden now.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const goal = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (goal && goal.closest("[hidden]")) {
      clear();
    }
  });
  box.hidden = false;
})();
