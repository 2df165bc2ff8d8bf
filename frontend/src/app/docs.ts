import "swagger-ui-dist/swagger-ui.css";
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

SwaggerUI({
  dom_id: "#docs",
  url: "openapi.json",
  deepLinking: true,
  // its badge would ask a service on the internet
  validatorUrl: null,
});
