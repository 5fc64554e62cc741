import Experiments
import Testing

@Suite struct `Values` {
  @Test(arguments: [
    Value.null, true, false, 0, -7, 0.5, 1.0, 1e-5, 1e300, "", "a \"b\" \\ \n\u{1} é 🙂", [1, 1.0, [nil]],
    .map([.init("b", 1), .init("a", ["c"])]), .map([]), .list([]),
  ])
  func `come back from their JSON`(value: Value) throws {
    #expect(try Value(json: value.json) == value)
  }

  @Test(arguments: [
    ("1", Value.int(1)), ("1.0", .double(1)), ("1e2", .double(100)),
    (" [ 1 , \"\\u00e9\\ud83d\\ude42\" ] ", Value.list([1, "é🙂"])),
    ("99999999999999999999", .double(1e20)),
  ])
  func `are read from JSON with their types`(json: String, value: Value) throws {
    #expect(try Value(json: json) == value)
  }

  @Test(arguments: ["", "{", "[1,]", "01", "1.", "tru", "\"a", "\"\\x\"", "1 2", "{a:1}", "\"\\ud800\"", "+1", "1e999"])
  func `refuse what is no JSON`(json: String) {
    #expect(throws: InputError.self) { try Value(json: json) }
  }
}
