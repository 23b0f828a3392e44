// Package picture writes and reads numbers and times by pictures, as JSONata
// 2.0.6 does: format-number, format-integer and format-dateTime of XPath and
// XQuery Functions and Operators 3.1, with what the reference adds and with
// what it leaves out.
//
// A picture is compiled once, to an [IntegerPicture], a [NumberPicture] or a
// [DateTimePicture], which never changes and may be shared; the functions that
// take the picture as a text compile it at each call. A [DateTimeParser] comes
// out of a DateTimePicture, since not every picture that can be written can be
// read.
//
// The reference is followed where it differs from the recommendation, as
// expressions in use depend on it. What surprises:
//
//   - a negative offset with minutes is read by its parts: "-0530" is six
//     hours back and thirty minutes forth as a time zone to write in, and five
//     hours back and thirty minutes forth in a text that is read;
//   - fractional seconds are a number of milliseconds: [f01] writes 5 ms as 05;
//   - the years 0 to 99 of a text that is read stand for 1900 to 1999;
//   - grouping separators of an irregular picture may move in front of a number
//     that is shorter than the picture;
//   - reading knows no digits but ASCII in dates, no separators in their
//     numbers, and only the comma where a picture of integers groups regularly;
//   - dates given by weeks cannot be read (D3136), and the day of the year
//     only without a time.
//
// It is not followed where it ends in no answer (an endless loop or recursion,
// a JavaScript type error) or in the text "NaN": numbers that are not finite,
// negative numbers and zero with an exponent, numbers of 1e21 and more in
// $formatNumber, components that do not exist, offsets that are no numbers.
//
// Errors are [Error] with the reference's codes. The package reads no clock:
// who parses says what now is.
package picture
