/** What other features may use of the money of a case. */
export { default as MoneyToday } from './components/MoneyToday.vue'
export { default as OrderCard } from './components/OrderCard.vue'
export { myOrders, openReliefs, ordersOfCase, type OpenRelief, type Order } from './api'
export { isOpen, stateTone } from './orders'
