import js from "@eslint/js";
import tseslint from "typescript-eslint";

// Names of the browser's stores: nothing typed may reach one (UX rules; PROTOCOL section 13).
const stores = ["localStorage", "sessionStorage", "indexedDB"];

export default tseslint.config(
  { ignores: ["node_modules/", "dist/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  {
    files: ["src/**/*.ts"],
    rules: {
      complexity: ["error", 12],
      eqeqeq: "error",
      "max-lines": ["error", { max: 400 }],
      "max-lines-per-function": ["error", { max: 60, skipComments: true, skipBlankLines: true }],
      "no-console": "error",
      "no-eval": "error",
      "no-restricted-globals": ["error", ...stores],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Set textContent, or build elements." },
        { property: "outerHTML", message: "Set textContent, or build elements." },
        { object: "document", property: "cookie", message: "The page keeps nothing." },
        ...stores.map((property) => ({ object: "window", property })),
      ],
    },
  },
  {
    // The draft of a report, which the person is told of: in this tab, and gone when it is closed.
    files: ["src/desk/draft.ts"],
    rules: { "no-restricted-globals": ["error", "localStorage", "indexedDB"] },
  },
  {
    files: ["*.mjs"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", Buffer: "readonly", URL: "readonly" },
    },
  },
);
