import Experiments
import GRDB

extension RunQuery {
  mutating func restrict(to filter: Filter, in database: Database) throws { throw InputError("filters and orders are not there yet") }
  mutating func order(by: RunOrder, in database: Database) throws { throw InputError("filters and orders are not there yet") }
}
