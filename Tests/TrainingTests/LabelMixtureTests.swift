import Experiments
import Testing

@testable import Training

struct LabelMixtureTests {
  let classes = ["hero", "non-hero", "food"]

  func weights(_ text: String) throws -> [[Float]] {
    try LabelMixture.list(text).map { try $0.weights(of: classes) }
  }

  @Test func `classes come in turn, mixtures by their weights`() throws {
    #expect(try weights("food, 0") == [[0, 0, 1], [1, 0, 0]])
    #expect(try weights("hero=0.7,food=0.3") == [[0.7, 0, 0.3]])
    #expect(try weights("hero=0.5, 1=0.5; food;hero,non-hero") == [[0.5, 0.5, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]])
  }

  @Test(arguments: [
    ("hero=0.7,food", "'food' isn't a class with its weight, such as food=0.5"),
    ("hero=x", "'hero=x' isn't a class with its weight, such as hero=0.5"),
    ("hero=nan", "'hero=nan' isn't a class with its weight"),
    ("hero=-0.1", "the weight of 'hero' is negative"),
    ("hero=0.5,hero=0.5", "a class stands twice"),
    ("hero,,food", "a class is missing"),
    ("hero;", "a class is missing"),
    ("hero=0.5,fod=0.5", "there is no class 'fod'; there are hero, non-hero, food"),
    ("3", "there is no class '3'"),
  ])
  func `what is no mixture is refused`(text: String, reason: String) throws {
    let error = #expect(throws: InputError.self) { try weights(text) }
    #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
    if text.contains("fod=") { #expect(error?.suggestion == "food") }
  }

  @Test func `weights that don't sum to 1 are warned of, but for none at all`() throws {
    func warnings(_ text: String) throws -> [String] { try LabelMixture.list(text).compactMap(\.warning) }
    #expect(try warnings("hero=0.7,food=0.3;food;hero=0") == [])
    #expect(
      try warnings("hero=0.7,food=0.7") == [
        "the weights of hero=0.7,food=0.7 sum to 1.4, and those of the labels in training to 1"
      ])
  }
}
