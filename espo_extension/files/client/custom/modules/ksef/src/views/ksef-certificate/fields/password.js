define('modules/ksef/views/ksef-certificate/fields/password', ['views/fields/password'], Dep => class extends Dep {});
