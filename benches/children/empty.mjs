// What any Node process costs until its script runs.
import { writeSync } from "node:fs";

writeSync(1, "here");
