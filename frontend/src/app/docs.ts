import "swagger-ui-dist/swagger-ui.css";
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import { currentTheme, subscribeToTheme } from "../shared/theme/theme";
import "./docs.css";

/** Swagger UI's own dark colours hang on this class. */
function showTheme(): void {
  document.documentElement.classList.toggle("dark-mode", currentTheme() === "dark");
}
showTheme();
subscribeToTheme(showTheme);

// the browser would show a picture that misses its field in place of the page
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (!(event.target instanceof Element && event.target.matches("input, textarea"))) {
      event.preventDefault();
    }
  });
}

SwaggerUI({
  dom_id: "#docs",
  url: "openapi.json",
  deepLinking: true,
  // its badge would ask a service on the internet
  validatorUrl: null,
});
