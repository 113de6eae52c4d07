define('modules/ksef/views/ksef-certificate/fields/facts', ['views/fields/varchar'], Dep => class extends Dep {});
