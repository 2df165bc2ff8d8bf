// What may import what: no cycles, and one direction, app → pages → features → engine → shared.
const may = (folder, forbidden) => ({
  name: `${folder}-imports-downwards`,
  severity: "error",
  from: { path: `^src/${folder}/` },
  to: { path: `^src/(${forbidden})/` },
});

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    may("shared", "engine|features|pages|app"),
    may("engine", "features|pages|app"),
    may("features", "pages|app"),
    may("pages", "app"),
    {
      name: "pages-stand-alone",
      severity: "error",
      from: { path: "^src/pages/([^/]+)/" },
      to: { path: "^src/pages/", pathNot: "^src/pages/$1/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
