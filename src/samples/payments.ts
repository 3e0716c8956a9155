import type { Samples } from './sample';

const STRIPE = {
  id: 'evt_{{id}}',
  object: 'event',
  api_version: '2025-03-31.basil',
  created: '{{seconds}}',
  livemode: false,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
};

const stripeEvent = (type: string, object: object): object => ({ ...STRIPE, type, data: { object } });

const PAYPAL = { id: 'WH-{{id}}', event_version: '1.0', create_time: '{{iso}}', resource_version: '2.0' };
const SQUARE = { merchant_id: '6SSW7HV8K2ST5', event_id: '{{uuid}}', created_at: '{{iso}}' };
const PADDLE = { event_id: 'evt_{{id}}', occurred_at: '{{iso}}', notification_id: 'ntf_{{id}}' };
const ORDER = {
  id: 4507194458,
  email: 'ada@example.com',
  created_at: '{{iso}}',
  currency: 'EUR',
  total_price: '49.00',
  financial_status: 'paid',
  line_items: [{ id: 8665503117, title: 'Analytical Engine', quantity: 1, price: '49.00' }],
};

/** Senders that take money and orders. */
export const PAYMENTS: Readonly<Record<string, Samples>> = {
  stripe: {
    'invoice.paid': stripeEvent('invoice.paid', {
      id: 'in_{{id}}',
      object: 'invoice',
      customer: 'cus_{{id}}',
      currency: 'eur',
      amount_due: 4900,
      amount_paid: 4900,
      status: 'paid',
    }),
    'checkout.session.completed': stripeEvent('checkout.session.completed', {
      id: 'cs_test_{{id}}',
      object: 'checkout.session',
      amount_total: 4900,
      currency: 'eur',
      mode: 'payment',
      payment_status: 'paid',
    }),
    'customer.subscription.updated': stripeEvent('customer.subscription.updated', {
      id: 'sub_{{id}}',
      object: 'subscription',
      customer: 'cus_{{id}}',
      status: 'active',
      cancel_at_period_end: false,
    }),
  },
  shopify: {
    'orders/create': ORDER,
    'orders/paid': ORDER,
    'products/update': {
      id: 7880321196,
      title: 'Analytical Engine',
      status: 'active',
      updated_at: '{{iso}}',
    },
    'app/uninstalled': { id: 548380009, name: 'An example shop', domain: 'example.myshopify.com' },
  },
  paddle: {
    'transaction.completed': {
      ...PADDLE,
      event_type: 'transaction.completed',
      data: { id: 'txn_{{id}}', status: 'completed', customer_id: 'ctm_{{id}}', currency_code: 'EUR' },
    },
    'subscription.created': {
      ...PADDLE,
      event_type: 'subscription.created',
      data: { id: 'sub_{{id}}', status: 'active', customer_id: 'ctm_{{id}}', currency_code: 'EUR' },
    },
  },
  paypal: {
    'PAYMENT.CAPTURE.COMPLETED': {
      ...PAYPAL,
      event_type: 'PAYMENT.CAPTURE.COMPLETED',
      resource_type: 'capture',
      summary: 'Payment completed for EUR 49.00 EUR',
      resource: { id: '{{id}}', status: 'COMPLETED', amount: { currency_code: 'EUR', value: '49.00' } },
    },
    'CHECKOUT.ORDER.APPROVED': {
      ...PAYPAL,
      event_type: 'CHECKOUT.ORDER.APPROVED',
      resource_type: 'checkout-order',
      summary: 'An order has been approved by buyer',
      resource: { id: '{{id}}', status: 'APPROVED', intent: 'CAPTURE' },
    },
  },
  square: {
    'payment.updated': {
      ...SQUARE,
      type: 'payment.updated',
      data: {
        type: 'payment',
        id: '{{id}}',
        object: {
          payment: { id: '{{id}}', status: 'COMPLETED', amount_money: { amount: 4900, currency: 'EUR' } },
        },
      },
    },
    'order.created': {
      ...SQUARE,
      type: 'order.created',
      data: {
        type: 'order',
        id: '{{id}}',
        object: { order_created: { order_id: '{{id}}', state: 'OPEN', version: 1 } },
      },
    },
  },
  adyen: {
    AUTHORISATION: {
      live: 'false',
      notificationItems: [
        {
          NotificationRequestItem: {
            additionalData: {},
            amount: { currency: 'EUR', value: 4900 },
            eventCode: 'AUTHORISATION',
            eventDate: '{{iso}}',
            merchantAccountCode: 'ExampleMerchant',
            merchantReference: 'order-1',
            pspReference: '{{id}}',
            reason: '',
            success: 'true',
          },
        },
      ],
    },
  },
  woocommerce: {
    'order.created': {
      id: 727,
      number: '727',
      status: 'processing',
      currency: 'EUR',
      date_created_gmt: '{{iso}}',
      total: '49.00',
      billing: { first_name: 'Ada', email: 'ada@example.com', country: 'GB' },
      line_items: [{ id: 315, name: 'Analytical Engine', quantity: 1, total: '49.00' }],
    },
    'product.updated': { id: 93, name: 'Analytical Engine', status: 'publish', date_modified_gmt: '{{iso}}' },
  },
  bigcommerce: {
    'store/order/created': {
      scope: 'store/order/created',
      store_id: '1025646',
      data: { type: 'order', id: 250 },
      hash: '{{id}}',
      created_at: '{{seconds}}',
      producer: 'stores/abcde',
    },
  },
  lemonsqueezy: {
    order_created: {
      meta: { event_name: 'order_created', webhook_id: '{{uuid}}', test_mode: true },
      data: { type: 'orders', id: '1', attributes: { status: 'paid', currency: 'EUR', total: 4900 } },
    },
  },
  paystack: {
    'charge.success': {
      event: 'charge.success',
      data: {
        id: 302961,
        status: 'success',
        reference: '{{id}}',
        amount: 490000,
        currency: 'NGN',
        paid_at: '{{iso}}',
      },
    },
  },
};
