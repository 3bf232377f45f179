// Puts Stripe's own field on the pledge page, and leads a backer to the bank where it asks.
// What is typed into the field goes to Stripe alone; our form gets the name of a saved card.

const place = document.querySelector("[data-stripe-key]");
const form = place.closest("form");
const stripe = Stripe(place.dataset.stripeKey, { locale: place.dataset.language });
const complaint = place.querySelector("[data-complaint]");

function complain(error) {
  complaint.textContent = error.message;
  complaint.hidden = false;
  complaint.focus();
}

function askForCard() {
  const elements = stripe.elements({
    mode: "setup",
    currency: "eur",
    paymentMethodTypes: ["card"],
    paymentMethodCreation: "manual",
  });
  elements.create("payment").mount(place.querySelector("[data-field]"));
  return async () => {
    const { error: incomplete } = await elements.submit();
    if (incomplete) return incomplete;
    const { error, paymentMethod } = await stripe.createPaymentMethod({ elements });
    if (!error) form.elements.card.value = paymentMethod.id;
    return error;
  };
}

function goToBank(secret) {
  return async () => {
    if (secret.startsWith("seti_")) {
      return (await stripe.handleNextAction({ clientSecret: secret })).error;
    }
    const { paymentIntent } = await stripe.retrievePaymentIntent(secret);
    const isAway = paymentIntent.status === "requires_payment_method";
    const card = paymentIntent.last_payment_error?.payment_method?.id;
    const answer = isAway
      ? await stripe.confirmCardPayment(secret, { payment_method: card })
      : await stripe.handleNextAction({ clientSecret: secret });
    return answer.error;
  };
}

const secret = place.dataset.clientSecret;
const prepare = secret ? goToBank(secret) : askForCard();

form.addEventListener("submit", async (event) => {
  // Who pays by bank transfer or asks for an invoice gives no card.
  if ((form.elements.way?.value ?? "card") !== "card") return;
  event.preventDefault();
  const button = event.submitter;
  if (button) button.disabled = true;
  const error = await prepare();
  // A bank that did not know its customer is told to us too: our server asks Stripe about it.
  if (!error || secret) return form.submit();
  if (button) button.disabled = false;
  return complain(error);
});
