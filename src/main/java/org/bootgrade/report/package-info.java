/**
 * From results to what people and programs read: JSON, a console page, CSV and HTML; and from
 * evidence to the story of its boots.
 *
 * <h2>Theory of operation</h2>
 *
 * <p>{@link org.bootgrade.report.Reports} turns a {@link org.bootgrade.report.Result} or the {@link
 * org.bootgrade.report.ClassResults} into text. It is pure: no clock, no files, and the same input
 * gives the same bytes on every machine, so that reports can be compared and made again.
 *
 * <p>The story is told boot by boot: {@code BootStory} goes through the exceptions, {@code
 * FaultWords} decodes them, {@code Background} fills in what another boot of the same program saw
 * (its tables, its stack), and {@code ExperimentWords} says what an experiment shows. All of it is
 * told to a {@code StoryPage}: {@code ConsoleStory} lays it out for a terminal, {@code StoryRecord}
 * keeps the steps from which a page draws a timeline.
 *
 * <p>Pages are put together as strings in {@code ClassView} and {@code SubmissionView}, so that the
 * templates decide nothing; {@code Html} escapes whatever a template prints. The page of a class
 * rests on results alone. That of a submission is for a student or for an instructor ({@link
 * org.bootgrade.report.Audience}); {@code MemoryPicture} says where a stack overflowed, and {@code
 * Clipped} and {@code Allowance} how much of what was printed a page takes. A page is one file
 * without scripts, whose policy lets a browser load nothing.
 *
 * <p>Serial text, file names, compiler messages and so on come from students' programs. Nothing of
 * it reaches a terminal, a spreadsheet or a browser as anything but text: control and format
 * characters are spelt out, markup is escaped, formulas are quoted. Each output does this in one
 * place that all text passes through.
 */
@NullMarked
package org.bootgrade.report;

import org.jspecify.annotations.NullMarked;
