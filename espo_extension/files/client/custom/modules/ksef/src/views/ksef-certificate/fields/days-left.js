define('modules/ksef/views/ksef-certificate/fields/days-left', ['views/fields/int'], Dep => class extends Dep {});
