/** A message stored as a code and parameters (connectionCode, connectionParams), in the reader's language. */
define('modules/ksef/views/fields/coded-message', [
    'views/fields/base',
    'modules/ksef/messages/message-text',
], (Base, MessageText) => class extends Base {
    detailTemplateContent = '{{#if value}}{{value}}{{#if page}} <a href="{{page}}" target="_blank" rel="noopener noreferrer">{{more}}</a>{{/if}}{{else}}<span class="none-value">{{translate \'None\'}}</span>{{/if}}'
    listTemplateContent = '{{value}}'

    get paramsAttribute() {
        return this.name.replace(/Code$/, 'Params');
    }

    getAttributeList() {
        return [this.name, this.paramsAttribute];
    }

    data() {
        const texts = MessageText.of(this);

        return {...super.data(), page: texts.page(this.model.get(this.name)), more: texts.more};
    }

    getValueForDisplay() {
        return MessageText.of(this).of({
            code: this.model.get(this.name),
            params: this.model.get(this.paramsAttribute),
        });
    }
});
