// Draws the figures of the tutorials. plotly.js lies beside this file and is loaded by pages that have a figure.
(() => {
  const here = new URL(".", document.currentScript.src);

  function draw() {
    for (const place of document.querySelectorAll(".em-figure")) {
      const { data, layout } = JSON.parse(place.querySelector("script").textContent);
      // as wide as the column; a figure that says its width keeps it
      Plotly.newPlot(place, data, { autosize: true, ...layout }, { responsive: true, displaylogo: false });
    }
  }

  function begin() {
    if (!document.querySelector(".em-figure")) return;
    const script = document.createElement("script");
    script.src = new URL("plotly.min.js", here).href;
    script.onload = draw;
    document.head.append(script);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
