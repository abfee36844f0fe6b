/** The library that writes workbooks, in a script of its own: the page asks for it when somebody wants one. */
import writeExcelFile from "write-excel-file/browser";

export type Workbooks = typeof writeExcelFile;

window.passend("workbook", writeExcelFile);
