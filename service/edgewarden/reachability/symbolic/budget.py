"""How much work one comparison may make before it has to answer with less."""


class BudgetExhaustedError(Exception):
    """The work was not finished; what is answered instead is labelled as such."""


class Budget:
    """Counts steps: boxes looked at, and whatever is written down for the boxes made of them."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Take ``steps``; raises ``BudgetExhaustedError`` where they are not there."""
        if steps > self.left:
            self.left = 0
            raise BudgetExhaustedError
        self.left -= steps

    def allowance(self, *, others: int) -> "Budget":
        """Steps for one of several: half of what is left as long as ``others`` are waiting.

        Who wastes them leaves the other half to the rest.
        """
        taken = self.left // 2 if others else self.left
        self.left -= taken
        return Budget(taken)

    def give_back(self, allowance: "Budget") -> None:
        self.left += allowance.left
