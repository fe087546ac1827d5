import assert from "node:assert/strict";
import {test} from "node:test";
import {isOpen} from "../src/schedule";

const at = (time: string) => new Date(`${time}:00Z`); // 2024-01-01 is a Monday

test("always and never", () => {
  assert.equal(isOpen("always", at("2024-01-01T00:00")), true);
  assert.equal(isOpen("Never", at("2024-01-01T00:00")), false);
});

test("a window that passes midnight belongs to its first day", () => {
  const nights = "Mon-Fri 18:00-06:00";
  assert.equal(isOpen(nights, at("2024-01-01T05:00")), false); // the night of Sunday
  assert.equal(isOpen(nights, at("2024-01-01T18:00")), true);
  assert.equal(isOpen(nights, at("2024-01-06T05:45")), true); // the night of Friday
  assert.equal(isOpen(nights, at("2024-01-06T06:00")), false);
});

test("the last minute of a week leads into the first", () => {
  assert.equal(isOpen("Sat 22:00-02:00", at("2024-01-07T01:00")), true);
});

test("days may pass the end of the week, windows be several", () => {
  assert.equal(isOpen("Fri-Mon 00:00-24:00", at("2024-01-07T12:00")), true);
  assert.equal(isOpen("Fri-Mon 00:00-24:00", at("2024-01-02T12:00")), false);
  assert.equal(isOpen("Mon 01:00-02:00, Tue 01:00-02:00", at("2024-01-02T01:30")), true);
});

test("what cannot be read counts as open", () => {
  assert.equal(isOpen("when the moon is full", at("2024-01-01T00:00")), true);
});
