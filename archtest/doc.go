// Package archtest holds the house to its plan: who may import whom, and what may not stand in any source file.
// It has tests only.
//
// The order of the house is the order of docs and of this list: words, law, mechanisms, the domain, delivery.
// A package imports only what stands above it. What can be told from one file's text or syntax tree is told
// here; what needs types is told by the linters of .golangci.yml.
//
// A rule that fails names the file and says what to do. An exception is one line with a reason in this folder,
// and an exception that nothing needs any more fails too, so that the list of exceptions stays true.
package archtest
