import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    environment: "node",
    testTimeout: 60_000,
    // A test that was left focused or skipped by accident must not pass for the whole.
    allowOnly: false,
  },
});
