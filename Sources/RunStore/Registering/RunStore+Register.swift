public import Experiments

extension RunStore {
  /// Writes down what is about to be executed, in one transaction: runs with their parameters, stages, and for a file
  /// with a sweep block the sweep, whose members are from then on this plan's runs.
  ///
  /// Registering a plan twice changes nothing. A run or a stage that is there keeps all that was recorded of it; a
  /// train stage keeps the weights that any of its plans wants kept.
  public func register(_ plan: Plan) throws {
    throw StoreError(path: path, message: "not written yet")
  }
}
