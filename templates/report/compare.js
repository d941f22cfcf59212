// The variables of two states side by side. What is shown is taken from the tables of the page.
for (const box of document.querySelectorAll(".compare")) {
  const states = [...box.closest(".search").querySelectorAll("table.state")].map((table) =>
    new Map([...table.rows].map((row) => [row.cells[0].textContent, row.cells[1].textContent])));
  const [left, right] = box.querySelectorAll("select");
  const body = box.querySelector("tbody");
  const show = () => {
    const [a, b] = [states[left.selectedIndex], states[right.selectedIndex]];
    body.replaceChildren(...[...new Set([...a.keys(), ...b.keys()])].map((name) => {
      const row = document.createElement("tr");
      const values = [name, a.get(name) ?? "", b.get(name) ?? ""];
      row.className = values[1] === values[2] ? "same" : "other";
      row.append(...values.map((value) => {
        const cell = document.createElement("td");
        cell.append(Object.assign(document.createElement("code"), { textContent: value }));
        return cell;
      }));
      return row;
    }));
  };
  right.selectedIndex = Math.min(1, states.length - 1);
  left.onchange = right.onchange = show;
  show();
  box.hidden = false;
}
