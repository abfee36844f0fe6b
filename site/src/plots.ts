/** Observable Plot, in a script of its own: the page asks for it when it has a chart to draw. */
import { axisX, axisY, barX, dot, gridX, gridY, line, plot, pointerX, ruleX, ruleY, tip } from "@observablehq/plot";

const plots = { axisX, axisY, barX, dot, gridX, gridY, line, plot, pointerX, ruleX, ruleY, tip };
export type Plots = typeof plots;

window.passend("plots", plots);
